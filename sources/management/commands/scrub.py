import math

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from sources.redacting import NotScrubbed, scrub


class Command(BaseCommand):
    help = (
        "Overwrites what the database keeps of rows as they were before a redaction. A redaction does so by itself; run "
        "this where the log says that it could not."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--wait", type=_seconds, default=600, help="Seconds to wait for older transactions. Default 600."
        )

    def handle(self, *args, wait, **options):
        try:
            scrub(wait)
        except (NotScrubbed, OperationalError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Nothing of earlier rows is left in the database")


def _seconds(said: str) -> float:
    seconds = float(said)
    if not 0 <= seconds < math.inf:
        raise ValueError
    return seconds
