import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from claims.auditing import audit, size


class Command(BaseCommand):
    help = "Checks the whole archive for what the database cannot refuse by itself."

    def handle(self, *args, **options):
        found = 0
        with tqdm(total=size(), unit=" rows", file=sys.stderr, disable=None) as bar:
            for sentence in audit(bar.update):
                found += 1
                self.stdout.write(sentence)
        if found:
            raise CommandError(f"{found} things are not as they should be")
        self.stdout.write("The record is whole")
