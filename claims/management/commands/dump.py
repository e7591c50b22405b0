import sys
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from claims.interchange import dump
from claims.interchange.packing import PUBLIC, WHOLE, Broken, check, pack, prune
from sources.models import Change


class Command(BaseCommand):
    help = (
        "Writes the whole desk in the interchange format: to standard output, or as a dump of its own, with a manifest "
        "of hashes, into a folder. --public: what readers see, as tables."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="Standard output without it.")
        parser.add_argument("--public", action="store_true", help="What readers see, instead of the whole desk.")
        parser.add_argument("--keep", type=int, default=0, help="Remove all older dumps of this kind but so many.")
        parser.add_argument("--check", action="store_true", help="FOLDER is a dump: is it as it was written?")

    def handle(self, *args, folder, public, keep, **options):
        if folder is None:
            if public or keep or options["check"]:
                raise CommandError("Name a folder")
            return self._print()
        kind = PUBLIC if public else WHOLE
        try:
            if options["check"]:
                manifest = check(folder)
                self.stdout.write(
                    f"{folder}: {len(manifest['files'])} files, as they were written at {manifest['made_at']}"
                )
                return
            with tqdm(total=0 if public else Change.objects.count(), file=sys.stderr, disable=None) as bar:
                made = pack(folder, kind, lambda n: bar.update())
            check(made)
        except Broken as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(str(made))
        if keep:
            prune(folder, kind, keep)

    def _print(self):
        with ExitStack() as opened, transaction.atomic():
            bar = opened.enter_context(tqdm(total=Change.objects.count(), file=sys.stderr, disable=None))
            for line in dump(progress=lambda n: bar.update()):
                self.stdout.write(line + "\n")
