import sys
import time
from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from claims import importing
from claims.importing import DEFAULTS, FIELDS
from claims.models import Action, Import, Step

SHOWN = 20  # rows that are named of each action
WAIT = 1.0  # seconds until it is looked again whether the one who is at it is done


class Command(BaseCommand):
    help = (
        "Brings claims of a file as drafts: CSV, XLSX, JSON Lines, or a page or file with ClaimReview. Shows what would "
        "become of each row, and carries that out. The same command again goes on where it was stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE|URL")
        parser.add_argument("--by", required=True, help="The editor's username.")
        parser.add_argument("--plan", action="store_true", help="Show the plan, and change nothing.")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help=f"What a column is; nothing after the sign where it is not taken. Fields: {', '.join(FIELDS)}.",
        )
        for name, value in DEFAULTS.items():
            parser.add_argument(
                f"--{name.replace('_', '-')}", default=value, help="What holds where a row says nothing."
            )

    def handle(self, *args, file, by, plan, **options):
        editor = User.objects.filter(username=by).first()
        if editor is None:
            raise CommandError(f"There is no editor {by}")
        try:
            brought = self._bring(file, editor, options)
            self._work(brought)
            self._tell(brought)
            if plan or brought.step != Step.PLANNED:
                return
            importing.confirm(brought, brought.plan, by=editor)
            brought.refresh_from_db()
            self._work(brought)
        except (ValidationError, PermissionDenied) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self._say_refused(brought, came_to=Action.REFUSED, done=True)
        self._say_counts(brought)

    def _bring(self, file, editor, options) -> Import:
        if "://" in file:
            brought = importing.bring_address(file, by=editor)
        else:
            brought = importing.bring(Path(file).read_bytes(), Path(file).name, by=editor)
        for odd in brought.said:
            self.stderr.write(odd)
        if brought.kind == "interchange":
            return self._begun_before(brought)
        columns = self._columns(brought, options["map"])
        importing.map_columns(brought, columns, {name: options[name] for name in DEFAULTS}, by=editor)
        brought.refresh_from_db()
        return self._begun_before(brought)

    def _columns(self, brought, mapped) -> list[str]:
        columns = list(brought.columns)
        for pair in mapped:
            header, _, field = pair.rpartition("=")
            if header not in brought.headers:
                raise CommandError(f"There is no column “{header}”. There are: {', '.join(brought.headers)}")
            columns = ["" if c == field else c for c in columns]
            columns[brought.headers.index(header)] = field
        return columns

    def _begun_before(self, brought) -> Import:
        """The same file, brought in the same way by the same editor and not done yet."""
        same = {n: getattr(brought, n) for n in ("sha256", "columns", "defaults", "by")}
        there = Import.objects.filter(**same, step=Step.RUNNING).exclude(pk=brought.pk).order_by("id").first()
        if there is None:
            return brought
        brought.delete()
        self.stderr.write(f"It goes on at row {there.done + 1} of {there.total}")
        return there

    def _work(self, brought) -> None:
        with tqdm(total=brought.total, initial=brought.done, unit=" rows", file=sys.stderr, disable=None) as bar:
            while brought.is_at_work:
                if not importing.carry_on(brought):
                    time.sleep(WAIT)  # somebody else is at it
                    brought.refresh_from_db()
                bar.update(brought.done - bar.n)

    def _say_counts(self, brought) -> None:
        self.stdout.write(", ".join(f"{n} {action}" for action, n in brought.counts().items()))

    def _tell(self, brought) -> None:
        if brought.step != Step.PLANNED:
            return
        self._say_counts(brought)
        for row in brought.rows.filter(action=Action.UPDATE).order_by("number")[:SHOWN]:
            told = "; ".join(f"{name}: {was!r} → {now!r}" for name, was, now in row.differences)
            self.stdout.write(f"row {row.number}: {told}")
        self._say_refused(brought, action=Action.REFUSED)
        self._say_refused(brought, action=Action.SKIP)

    def _say_refused(self, brought, **which) -> None:
        for row in brought.rows.filter(**which).order_by("number")[:SHOWN]:
            self.stdout.write(f"row {row.number}: {'. '.join(row.said)}")
