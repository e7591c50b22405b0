"""Which words of sources readers see: where a claim appears, what a finding cites, and what was replied."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce

from sources.models import Capture, Change, Passage, Region, Translation, Verb
from sources.models.texts import CONTEXT
from sources.moments import known

from .models import Appearance, Citation, Reply
from .models.seeing import kept_back


def public_passages():
    """Each with `near_hidden`, whether its context touches words of a sensitive claim; with `appears`, whether the page of
    its source shows it; and with its `version`, which a new translation counts up."""
    here = {"passage": OuterRef("pk")}
    near = {
        "passage__capture": OuterRef("capture"),
        "passage__start__lt": OuterRef("end") + CONTEXT,
        "passage__end__gt": OuterRef("start") - CONTEXT,
    }
    # Those that were struck too: the past can be asked.
    appearing = Appearance.objects.filter(kept_back("claim", now=Q(), then=known()))
    cited = Citation.objects.filter(kept_back("assessment__claim", now=Q(), then=known()))
    translated = Translation.objects.filter(known(), **here, since__public_number__isnull=False)
    return (
        Passage.objects.with_translations()
        .annotate(
            appears=Exists(Appearance.objects.shown().in_public().filter(**here)),
            near_hidden=Exists(appearing.filter(**near)) | Exists(cited.filter(**near)),
            version=_one_and(translated),
        )
        .filter(
            Q(appears=True)
            | Exists(Citation.objects.shown().filter(**here))
            | Exists(Reply.objects.shown().filter(**here)),
            capture__source__confidential=False,
        )
        .exclude(exact="")
        .select_related("capture__source")
        .defer("capture__text", "capture__blocks")
    )


def public_captures():
    """The captures in which they stand, with what readers may know of each, but not the texts."""
    here = {"passage__capture": OuterRef("pk")}
    found = Capture.objects.filter(
        Exists(Appearance.objects.shown().in_public().filter(**here))
        | Exists(Citation.objects.shown().filter(**here))
        | Exists(Reply.objects.shown().filter(**here)),
        source__confidential=False,
    )
    regions = Prefetch("regions", queryset=Region.objects.live())
    return found.select_related("source").defer("text").prefetch_related(regions).order_by("-id")


def with_version(rows, kind: str):
    """Rows of the catalogue, each with its `version`: how many times what readers see of it was told and changed."""
    told = {"kind": kind, "key": OuterRef("key"), "public_number__isnull": False}
    edits = Change.objects.filter(known("pk"), verb__in=[Verb.EDIT, Verb.REWORD, Verb.CLOSE], **told)
    return rows.annotate(version=_one_and(edits))


def _one_and(rows):
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0) + 1
