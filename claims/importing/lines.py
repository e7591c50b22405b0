"""Lines of our own interchange format from another desk, in the name of the editor who brings them. They publish nothing."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from ..interchange import REFUSALS, load_line
from ..models import Claim
from ..models.importing import Action
from .rows import Became

DRAFTS = {
    *("outlet", "origin", "descent", "source", "subject", "name", "capture", "region", "passage", "translation"),
    *("claim", "wording", "appearance", "relation", "add_subject"),
}
# What another desk found to be wrong does not come in as if it stood.
ENDS = {"end_descent", "end_name", "end_region", "end_relation", "end_subject"}
SKIPPED = {
    "desk": "It says which format this is",
    "editor": "Accounts are made by an administrator. What is brought is in your name",
    "assessment": "What another desk found is not taken over. Assess the claim here",
    "publish": "An import publishes nothing",
    "release": "An import publishes nothing",
    "absorb": "An import merges nothing",
    "merge": "An import merges nothing",
    "redact": "An import redacts nothing",
}
OTHER = "An import brings drafts: what another desk did with them later stays with it"
ENDED = "The desk from which it comes ended it."
NOT_SAID = {"by", "approved_by", "approval", "note"}  # of another desk's people


def carry_out(text: str, *, by) -> Became:
    try:
        line: Any = json.loads(text)
        kind = line["type"]
        if kind == "desk":
            load_line(line, False)
        if kind not in DRAFTS | ENDS:
            return Became(Action.SKIP, said=[SKIPPED.get(kind, OTHER)])
        told = {k: v for k, v in line.items() if k not in NOT_SAID} | {"by": by.username}
        told |= {"note": ENDED} if kind in ENDS else {}
        made = load_line(told, False)
    except (ValidationError, PermissionDenied):
        raise
    except KeyError as error:
        raise ValidationError(f"{error.args[0]!r} is missing or unknown") from error
    except RecursionError as error:
        raise ValidationError("The line is nested too deep") from error
    except REFUSALS as error:
        raise ValidationError(str(error) or type(error).__name__) from error
    key = line.get("key") if kind == "claim" else line.get("claim")
    claim = Claim.objects.filter(key=key).first() if isinstance(key, str) else None
    return Became(Action.CREATE if made else Action.UNCHANGED, claim)
