import signal
import threading
from contextlib import suppress

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from claims.importing import carry_on_as_worker
from claims.lifting import lift_embargoes
from claims.mailing import write
from claims.models import Follower
from claims.models.resending import forget_answers
from claims.telling import forget_what_arrived, tell
from claims.watching import PAUSE, recheck
from claims.webhooks import deliver
from sources.archiving import ask_for_copies
from sources.capturing import forget_what_was_left

IDLE = 30.0  # seconds between two looks at what waits


class Command(BaseCommand):
    help = (
        "Does what waits in the background: ends embargoes, carries out imports, tells webhooks and followers what changed, "
        "asks watched sources again, and archives for copies. Runs until it is stopped."
    )

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
        self.stdout.write("At work, until it is stopped")
        self.stdout.flush()
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
        forget_what_arrived()
        Follower.objects.forget_unconfirmed()
        done = 0
        for claim in lift_embargoes():
            self.stdout.write(f"{claim.key}: The embargo has ended")
            done += 1
        for brought in carry_on_as_worker():
            self.stdout.write(
                f"Import {brought.pk}: {brought.get_step_display()}, {brought.done} of {brought.total} rows"
            )
            done += 1
        done += self._tell(limit)
        for job in (recheck(limit=limit, pause=pause), ask_for_copies(limit=limit)):
            for thing in job:
                self.stdout.write(f"{thing.source.key}: {thing.said}")
                done += 1
                if stop.is_set():
                    return done
                done += self._tell(limit)  # nobody waits for what changed until every source was asked
        return done

    def _tell(self, limit) -> int:
        """Tells what changed. The last that one endpoint or address cannot take is tried again in a later round."""
        done = 0
        while changes := tell():
            done += changes
        for delivery in deliver(limit=limit):
            self.stdout.write(f"{delivery.message.key} to {delivery.endpoint}: {delivery.said}")
            done += 1
        for follower in write(limit=limit):
            self.stdout.write(f"A mail went to {follower}")
            done += 1
        return done
