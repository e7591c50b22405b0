"""Which claims readers see: the one place that says so for whatever hangs on a claim."""

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from sources.moments import asked_for


def may_be_seen(claim: str = "") -> Q:
    """Claims that readers may see today, in the past too; `claim`: the path to them, with its underscores.

    The past of a claim that was merged can be asked as long as the one that took it in is seen, two mergers on.
    """
    allowed = Q(**{f"{claim}public": True})
    return allowed if asked_for() is None else allowed | in_their_past(claim)


def in_their_past(claim: str = "") -> Q:
    return Q(**{f"{claim}merged_into__public": True}) | Q(**{f"{claim}merged_into__merged_into__public": True})


def seen(claim: str = "claim") -> Q:
    """Rows of a claim that readers see, or saw at the moment that is asked for and may see still."""
    number = asked_for()
    if number is None:
        return may_be_seen(f"{claim}__")
    # Asked for by name: a standing is made of the rows that ask for it.
    standings = apps.get_model("claims", "Standing").objects.filter(claim=OuterRef(claim), change__lte=number)
    return may_be_seen(f"{claim}__") & Q(Coalesce(Subquery(standings.order_by("-change").values("public")[:1]), False))


def kept_back(claim: str, *, now: Q, then: Q) -> Q:
    """Rows of a sensitive claim that readers may not see today, or did not see then."""
    hidden = now & ~may_be_seen(f"{claim}__") | then & ~seen(claim)
    return hidden & ~Q(**{f"{claim}__sensitivity": ""})


def out_of_sight(claim: str) -> Q:
    """Rows of a claim of which readers may not know a word, today or then: it waits for a release, is held or was withdrawn.

    Of a draft that is none of these the desk says nothing yet, and hides nothing.
    """
    holds = apps.get_model("claims", "Hold").objects.filter(claim=OuterRef(claim))
    gated = ~Q(**{f"{claim}__sensitivity": ""})
    withdrawn = Q(**{f"{claim}__stage": "withdrawn", f"{claim}__merged_into": None})
    now = gated | withdrawn | Exists(holds.filter(until__isnull=True))
    then = gated | Exists(holds.live())
    return ~may_be_seen(f"{claim}__") & now | ~seen(claim) & then


def stood(column: str) -> F:
    """How a claim of `public` stands, or stood then: its own column, or that of its standing."""
    return F(column if asked_for() is None else f"standings__{column}")
