import sys

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from claims.models import Claim
from sources.redacting import find


class Command(BaseCommand):
    help = (
        "Blanks words wherever the desk holds them, in the names of two people. Reads the words from standard input, so "
        "that no history of a shell keeps them. Without --yes it tells where they stand and changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("claim", help="The claim in whose history the redaction is told.")
        parser.add_argument("--because", required=True, help="Why, without repeating the words. Readers see it.")
        parser.add_argument("--by", required=True, help="The chief who decided it.")
        parser.add_argument("--approved-by", help="The editor who approved it.")
        parser.add_argument("--yes", action="store_true", help="Do it.")

    def handle(self, *args, claim, because, by, approved_by, yes, **options):
        words = sys.stdin.read().strip("\r\n")
        try:
            found = find(words)
            for place in found:
                note = ": edit it first" if place.must_be_edited else ""
                self.stdout.write(f"{place.kind} {place.row.pk}{note}")
            if not yes:
                self.stdout.write(f"{len(found)} rows hold the words. Nothing was changed.")
                return
            people = {"by": _editor(by), "approved_by": _editor(approved_by) if approved_by else None}
            Claim.objects.get(key=claim).redact(words, because=because, **people)
        except (ValidationError, PermissionDenied, Claim.DoesNotExist, User.DoesNotExist) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        self.stdout.write(f"{len(found)} rows were blanked, and the private papers of the desk.")


def _editor(username: str) -> User:
    return User.objects.get(username=username)
