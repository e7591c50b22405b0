import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from claims.interchange import BATCH, BadLine, load
from claims.interchange.packing import Broken, check


def lines_of(files):
    """Their lines; of a dump that is a folder, once it is as it was written."""
    for name in files:
        if Path(name).is_dir():
            check(Path(name))
            name = Path(name) / "desk.jsonl"
        with open(name, encoding="utf-8", newline="\n") as file:
            yield from file


class Command(BaseCommand):
    help = "Loads files of the interchange format through the desk's own verbs and rules."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE|DUMP")
        parser.add_argument("--dry-run", action="store_true", help="Print what would happen, and change nothing.")
        parser.add_argument("--batch", type=int, default=BATCH, help="Lines that stand or fall together.")

    def handle(self, *args, files, dry_run, batch, **options):
        if batch < 1:
            raise CommandError("A batch holds at least one line")
        with tqdm(unit=" lines", file=sys.stderr, disable=None) as bar:
            try:
                result = load(lines_of(files), dry_run=dry_run, batch=batch, progress=lambda n: bar.update())
            except BadLine as error:
                raise CommandError(f"{error}. Nothing of its batch was kept.") from error
            except UnicodeDecodeError as error:
                raise CommandError(f"A file is not UTF-8 (byte {error.start} of a line): {error.reason}") from error
            except Broken as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(f"{error.filename}: {error.strerror}") from error
        would = "would create" if dry_run else "created"
        for kind, number in sorted(result.created.items()):
            self.stdout.write(f"{would} {number} {kind}")
        self.stdout.write(f"{result.lines} lines: {would} {result.total}, {result.unchanged} unchanged")
