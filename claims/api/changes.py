"""What changes for readers, in the order of commits: a program that follows it holds what the lists hold.

Each entry names the documents (claims, sources, subjects, outlets) that may say something else since, and lists of
documents where there may be many. Who fetches those anew, and forgets those that are gone, has them all as they stand.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from sources.models import Outlet, Passage, Source, Turn

from ..models import Appearance, Citation, Claim, ClaimSubject, Relation, ReplyClaim, Subject
from ..paging import NoSuchPlace, whole_number
from ..problems import no_such_place, refuse_unknown_parameters
from .reading import outlets, passage_named
from .resources import size_asked

Document = tuple[str, str]  # a kind, and a key


class DocumentSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["claim", "source", "subject", "outlet"])
    key = serializers.CharField()
    url = serializers.URLField()
    deleted = serializers.BooleanField(help_text="Readers see it no more: forget it.")


class TurnSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Counts up, with gaps.")
    recorded_at = serializers.DateTimeField(allow_null=True)
    verb = serializers.CharField(allow_null=True)
    documents = DocumentSerializer(many=True)
    lists = serializers.ListField(
        child=serializers.URLField(), help_text="Addresses of lists whose documents may say something else too."
    )


class ChangesSerializer(serializers.Serializer):
    """A stretch of what changed. `after`: the cursor to go on from, also where there is nothing more yet."""

    next = serializers.URLField(allow_null=True)
    after = serializers.CharField()
    results = TurnSerializer(many=True)


class Changes(APIView):
    """What changed for readers after a cursor, oldest first. Nothing is left out, and nothing comes before what it follows."""

    metadata_class = None
    refuses = (400, 406, 429)
    leads = {304: "It still stands as you have it"}

    @extend_schema(
        responses=ChangesSerializer,
        parameters=[
            OpenApiParameter("after", str, description="The cursor of an earlier answer; without one, from the start."),
            OpenApiParameter("limit", int, description="How many entries"),
        ],
    )
    def get(self, request):
        refuse_unknown_parameters(request, {"after", "limit"})
        try:
            after = whole_number(request.query_params.get("after") or "0")
        except NoSuchPlace:
            raise no_such_place("after") from None
        size = size_asked(request)
        found = list(Turn.objects.filter(number__gt=after).select_related("change").order_by("number")[: size + 1])
        more, turns = len(found) > size, found[:size]
        last = str(turns[-1].number if turns else after)
        address = replace_query_param(request.build_absolute_uri(), "after", last) if more else None
        told = {"next": address, "after": last, "results": _told(turns, request)}
        return Response(told, headers={"Link": f'<{address}>; rel="next"'} if address else None)


def _told(turns: list[Turn], request) -> list[dict[str, Any]]:
    touched = _touched(turns)
    there = _there({document for documents in touched.values() for document in documents})

    def document(kind: str, key: str) -> dict[str, Any]:
        address = reverse(f"{kind}-detail", args=[key], request=request)
        return {"kind": kind, "key": key, "url": address, "deleted": (kind, key) not in there}

    return [
        {
            "number": turn.number,
            "recorded_at": turn.change.recorded_at if turn.change else None,
            "verb": turn.change.verb if turn.change else None,
            "documents": [document(*found) for found in sorted(touched[turn.number])],
            "lists": _lists(turn, request),
        }
        for turn in turns
    ]


def _there(documents: Iterable[Document]) -> set[Document]:
    """Those of these that readers see now."""
    keys = defaultdict(set)
    for kind, key in documents:
        keys[kind].add(key)
    seen = {
        "claim": Claim.objects.public(),
        "source": Source.objects.public(),
        "subject": Subject.objects.with_page(),
        "outlet": outlets(),
    }
    return {
        (kind, key)
        for kind, rows in seen.items()
        if keys[kind]
        for key in rows.order_by().filter(key__in=keys[kind]).values_list("key", flat=True)
    }


def _lists(turn: Turn, request) -> list[str]:
    """The lists that name what the turn is about: of documents that there may be many of."""
    asked = LISTS.get(turn.kind, [])
    if turn.kind == "subject" and not Subject.objects.with_page().filter(key=turn.key).exists():
        asked = []
    return [f"{reverse(name, request=request)}?{urlencode({by: turn.key})}" for name, by in asked]


# In which lists the documents are found that name a thing.
LISTS = {
    "source": [("claim-list", "rests_on")],
    "subject": [("claim-list", "subject")],
    "origin": [("source-list", "origin"), ("claim-list", "origin")],
    "outlet": [("source-list", "outlet"), ("outlet-list", "owner")],
}


MOVING = {"claim", "request"}  # what is done to these brings more into view than their own words, or takes it out


def _touched(turns: list[Turn]) -> dict[int, set[Document]]:
    """The documents that each of these turns is about, few for each; asked for all of them at once."""
    keys: dict[str, set[str]] = defaultdict(set)
    for turn in turns:
        keys[turn.kind].add(turn.key)
    found: dict[Document, set[Document]] = defaultdict(set)
    for kind in ("source", "subject", "outlet"):
        for key in keys[kind]:
            found[kind, key].add((kind, key))
    for ref in keys["capture"]:
        found["capture", ref].add(("source", ref.partition("/")[0]))
    for key, outlet in Source.objects.filter(key__in=keys["source"], outlet__isnull=False).values_list(
        "key", "outlet__key"
    ):
        found["source", key].add(("outlet", outlet))
    claims = _claims_of(keys)
    moving = {claim for (kind, _), some in claims.items() if kind in MOVING for claim in some}
    beside = _beside(moving)
    for thing, some in claims.items():
        for claim in some:
            found[thing] |= {("claim", claim)} | (beside[claim] if thing[0] in MOVING else set())
    earlier = {t.number: t.change.before.get("outlet_id") for t in turns if t.change and t.change.before}
    outlets_then = dict(Outlet.objects.filter(pk__in=filter(None, earlier.values())).values_list("pk", "key"))
    return {
        turn.number: found[turn.kind, turn.key]
        | ({("outlet", outlets_then[pk])} if (pk := earlier.get(turn.number)) in outlets_then else set())
        for turn in turns
    }


def _claims_of(keys: dict[str, set[str]]) -> dict[Document, set[str]]:
    """The claims that a thing is part of: itself, those about which somebody was asked, those that quote its words, and
    those about a private person, of whom there is no list."""
    found: dict[Document, set[str]] = defaultdict(set)
    for key in keys["claim"]:
        found["claim", key].add(key)
    asked = ReplyClaim.objects.filter(request__key__in=keys["request"], claim__changed__isnull=False)
    for request, claim in asked.values_list("request__key", "claim__key"):
        found["request", request].add(claim)
    private = ClaimSubject.objects.filter(
        subject__key__in=keys["subject"], subject__private_person=True, claim__changed__isnull=False
    )
    for subject, claim in private.values_list("subject__key", "claim__key"):
        found["subject", subject].add(claim)
    if keys["passage"]:
        places = reduce(or_, (Q(**passage_named(ref)) for ref in keys["passage"]))
        passages = {p.pk: p.ref for p in Passage.objects.for_list().filter(places)}
        for model, passage, claim in QUOTING:
            shown = model.objects.filter(**{f"{passage}__in": passages, f"{claim}__changed__isnull": False})
            for pk, key in shown.values_list(passage, f"{claim}__key"):
                found["passage", passages[pk]].add(key)
    return found


# By which way a claim quotes a passage.
QUOTING: list[tuple[Any, str, str]] = [
    (Appearance, "passage", "claim"),
    (Citation, "passage", "assessment__claim"),
    (ReplyClaim, "request__replies__passage", "claim"),
]


def _beside(claims: set[str]) -> dict[str, set[Document]]:
    """What came into view with claims, or went with them: what they are about, quote, and are related to, or ever were."""
    found: dict[str, set[Document]] = defaultdict(set)
    about = ClaimSubject.objects.filter(claim__key__in=claims, subject__private_person=False)
    for claim, subject in about.values_list("claim__key", "subject__key"):
        found[claim].add(("subject", subject))
    related = Relation.objects.filter(Q(claim__key__in=claims) | Q(other__key__in=claims))
    related = related.filter(claim__changed__isnull=False, other__changed__isnull=False)
    for one, other in related.values_list("claim__key", "other__key"):
        found[one].add(("claim", other))
        found[other].add(("claim", one))
    for model, passage, claim in QUOTING:
        source = f"{passage}__capture__source"
        quoted = model.objects.filter(**{f"{claim}__key__in": claims, f"{source}__public_since__isnull": False})
        for key, at, outlet in quoted.values_list(
            f"{claim}__key", f"{source}__key", f"{source}__outlet__key"
        ).distinct():
            found[key].add(("source", at))
            if outlet:
                found[key].add(("outlet", outlet))
    return found
