import sys

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from claims.interchange import dump
from sources.models import Change


class Command(BaseCommand):
    help = "Writes the whole desk in the interchange format."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE", help="Standard output without it.")

    def handle(self, *args, file, **options):
        out = open(file, "w", encoding="utf-8", newline="\n") if file else self.stdout
        with (
            transaction.atomic(),
            tqdm(total=Change.objects.count(), unit=" lines", file=sys.stderr, disable=None) as bar,
        ):
            for line in dump(progress=lambda n: bar.update()):
                out.write(line + "\n")
        if file:
            out.close()
