import sys
from contextlib import ExitStack

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
        with ExitStack() as open_files, transaction.atomic():
            out = open_files.enter_context(open(file, "w", encoding="utf-8", newline="\n")) if file else self.stdout
            bar = open_files.enter_context(tqdm(total=Change.objects.count(), file=sys.stderr, disable=None))
            for line in dump(progress=lambda n: bar.update()):
                out.write(line + "\n")
