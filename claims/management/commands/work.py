import signal
import threading
from contextlib import suppress

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from claims.lifting import lift_embargoes
from claims.models.resending import forget_answers
from claims.watching import PAUSE, recheck
from sources.archiving import ask_for_copies
from sources.capturing import forget_what_was_left

IDLE = 30.0  # seconds between two looks at what waits


class Command(BaseCommand):
    help = "Does what waits in the background: ends embargoes, asks watched sources again, and archives for copies. Runs until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")
        parser.add_argument("--limit", type=int, default=50, help="Sources in one round.")
        parser.add_argument("--pause", type=float, default=PAUSE, help="Seconds between two questions to one host.")

    def handle(self, *args, once, limit, pause, **options):
        stop = threading.Event()
        if once:
            self._round(limit, pause, stop)
            return
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        with suppress(KeyboardInterrupt):
            while not stop.is_set():
                done = 0
                try:
                    done = self._round(limit, pause, stop)
                except OperationalError as error:  # a database that is away comes back; what was taken is due again
                    self.stderr.write(f"The database does not answer: {error}")
                close_old_connections()
                stop.wait(pause if done else IDLE)

    def _round(self, limit, pause, stop) -> int:
        """Everything that is due, up to a limit; how much that was."""
        forget_what_was_left()
        forget_answers()
        done = 0
        for claim in lift_embargoes():
            self.stdout.write(f"{claim.key}: The embargo has ended")
            done += 1
        for job in (recheck(limit=limit, pause=pause), ask_for_copies(limit=limit)):
            for thing in job:
                self.stdout.write(f"{thing.source.key}: {thing.said}")
                done += 1
                if stop.is_set():
                    return done
        return done
