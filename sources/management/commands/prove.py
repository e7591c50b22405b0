import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from sources.proving import prove


class Command(BaseCommand):
    help = "Proves the passages of the desk against a folder that holds the captured files."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", default=settings.FACTDESK_PROOF_TEXTS)

    def handle(self, *args, folder, **options):
        if folder and not Path(folder).is_dir():
            raise CommandError(f"There is no folder {folder}")
        with tqdm(unit=" passages", file=sys.stderr, disable=None) as bar:
            proof = prove(folder, bar.update)
        self.stdout.write(f"{proof.proved} of {proof.total} proved")
        for ref in proof.contradicted:
            self.stdout.write(f"{ref}: the file says something else there")
        if proof.contradicted:
            raise CommandError(f"{len(proof.contradicted)} passages are contradicted by their text")
