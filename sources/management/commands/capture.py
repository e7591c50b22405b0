from pathlib import Path

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sources import capturing
from sources.models import Source
from sources.models.sources import Rights
from sources.recording import through


class Command(BaseCommand):
    help = "Captures files and addresses, each as a source of its own or as a new capture of one."

    def add_arguments(self, parser):
        parser.add_argument("things", nargs="+", metavar="FILE|URL")
        parser.add_argument("--by", required=True, help="The editor's username.")
        parser.add_argument("--source", help="The id of a source that is there, for a new capture of it.")
        for name in ("title", "outlet", "author", "dated", "language"):
            parser.add_argument(f"--{name}", help="Instead of what is guessed.")
        parser.add_argument("--archive", action="store_true", help="Have the archive service asked for a copy too.")
        parser.add_argument("--again", action="store_true", help="Keep bytes that are kept already as another source.")
        parser.add_argument("--rights", default="quote", choices=Rights.values, help="What of it we may show.")

    def handle(self, *args, things, by, source, **options):
        editor = User.objects.filter(username=by).first()
        there = Source.objects.filter(key=source).first() if source else None
        if editor is None or (source and there is None):
            raise CommandError(f"There is no {'source ' + source if editor else 'editor ' + by}")
        with through("command"):
            for thing in things:
                try:
                    with transaction.atomic():  # what cannot be kept is not left waiting for somebody either
                        self._capture(thing, editor, there, options)
                except (ValidationError, PermissionDenied, OSError) as error:
                    words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                    raise CommandError(f"{thing}: {words}") from error

    def _capture(self, thing, editor, source, options):
        if "://" in thing:
            incoming = capturing.ask(thing, by=editor)
        else:
            incoming = capturing.upload(Path(thing).read_bytes(), Path(thing).name, by=editor)
        for odd in capturing.oddities(incoming):
            self.stderr.write(f"{thing}: {odd}. It is kept as it is.")
        names = ("title", "author", "dated", "language")
        about = {n: options[n] if options[n] is not None else incoming.guessed[n] for n in names}
        about |= {"rights": options["rights"], "outlet": options["outlet"] or incoming.guessed["outlet"]}
        source = source or capturing.same_address(incoming)
        regions = incoming.guessed.get("regions", [])
        capture = capturing.keep(
            incoming,
            by=editor,
            source=source,
            regions=regions,
            archive=options["archive"],
            again=options["again"],
            **({} if source else about),
        )
        self.stdout.write(f"{capture.ref} {capture.length} characters, {len(regions)} regions, {capture.source.title}")
