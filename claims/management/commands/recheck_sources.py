import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from claims.watching import PAUSE, recheck


class Command(BaseCommand):
    help = "Asks watched sources again, and finds every quote again in what they say now. The worker (`work`) does it by itself."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=100, help="Sources in one run.")
        parser.add_argument("--pause", type=float, default=PAUSE, help="Seconds between two questions to one host.")

    def handle(self, *args, limit, pause, **options):
        asked = altered = 0
        with tqdm(unit=" sources", file=sys.stderr, disable=None) as bar:
            for seen in recheck(limit=limit, pause=pause, progress=bar.update):
                asked += 1
                altered += len(seen.changed)
                self.stdout.write(f"{seen.source.key}: {seen.said}")
                for sighting in seen.changed:
                    self.stdout.write(f"  {sighting.get_outcome_display()}: {sighting.passage.exact!r}")
        self.stdout.write(f"{asked} sources asked, {altered} quotes altered or missing")
