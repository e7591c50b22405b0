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

from sources.models import Origin, Outlet, Passage, Source, Turn, Verb

from ..models import Appearance, Citation, Claim, ClaimSubject, Relation, ReplyClaim, Subject
from ..paging import NoSuchPlace, whole_number
from ..problems import no_such_place, refuse_unknown_parameters
from .reading import outlets, passage_named
from .resources import size_asked

# Readers learn that a claim is out of view for now, and that it is in view, as webhooks tell it, and not why.
TOLD: dict[str, str] = {Verb.HOLD: "hide", Verb.LIFT: "publish", Verb.RELEASE: "publish"}
Document = tuple[str, str]  # a kind, and a key


class DocumentSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["claim", "source", "subject", "outlet"])
    key = serializers.CharField()
    url = serializers.URLField()
    deleted = serializers.BooleanField(help_text="Readers see it no more: forget it.")


class TurnSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Counts up, with gaps.")
    recorded_at = serializers.DateTimeField(allow_null=True)
    verb = serializers.CharField(
        allow_null=True,
        help_text="What was done. `hide`: readers do not see a claim for now; `publish`: they see it, for the first time or again.",
    )
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
            "verb": TOLD.get(turn.change.verb, turn.change.verb) if turn.change else None,
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
    # By another name than that of a source which is kept confidential, readers do not know where a claim has it from.
    if turn.kind == "origin" and Origin.objects.filter(key=turn.key, source__confidential=True).exists():
        asked = []
    if turn.kind == "source" and Source.objects.filter(key=turn.key, confidential=True).exists():
        asked = []
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
Since = tuple[int, Any]  # by which change something was recorded, and what


def _touched(turns: list[Turn]) -> dict[int, set[Document]]:
    """The documents that each of these turns is about, few for each; asked for all of them at once.

    What was recorded later is named in its own turn, if readers ever see it, and not in one of before.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    for turn in turns:
        keys[turn.kind].add(turn.key)
    found = _themselves(keys)
    claims = _claims_of(keys)
    beside = _beside({claim for (kind, _), some in claims.items() if kind in MOVING for _, claim in some})
    seen = set(Claim.objects.public().filter(key__in=list(beside)).values_list("key", flat=True))
    persons = Subject.objects.filter(key__in=keys["subject"], private_person=True)
    private = set(persons.values_list("key", flat=True))
    earlier = {t.number: t.change.before.get("outlet_id") for t in turns if t.change and t.change.before}
    outlets_then = dict(Outlet.objects.filter(pk__in=filter(None, earlier.values())).values_list("pk", "key"))
    told = {}
    for turn in turns:
        thing, by = (turn.kind, turn.key), turn.change_id
        documents = set() if _never_had_a_page(turn, private) else set(found[thing])
        for since, claim in claims[thing]:
            if by is None or since <= by:
                documents.add(("claim", claim))
                # A redaction takes nothing else from view; of a claim that is out of it, it may name what nobody saw.
                if turn.kind in MOVING and turn.change and (claim in seen or turn.change.verb != Verb.REDACT):
                    documents |= {document for since, document in beside[claim] if since <= turn.change.pk}
        if found[thing] and (pk := earlier.get(turn.number)) in outlets_then:
            documents.add(("outlet", outlets_then[pk]))
        told[turn.number] = documents
    return told


def _never_had_a_page(turn: Turn, private: set[str]) -> bool:
    """Whether a turn is about a private person who was one before it too: for readers they have no key."""
    before = turn.change.before if turn.change else None
    return turn.kind == "subject" and turn.key in private and (not before or before["private_person"])


def _themselves(keys: dict[str, set[str]]) -> dict[Document, set[Document]]:
    """The documents of the things themselves, and of who published them; of what readers never saw there is none."""
    found: dict[Document, set[Document]] = defaultdict(set)
    for key in keys["outlet"]:
        found["outlet", key].add(("outlet", key))
    for key in keys["subject"]:
        found["subject", key].add(("subject", key))
    places = {ref: ref.partition("/")[0] for ref in keys["capture"]}
    sources = Source.objects.filter(key__in={*keys["source"], *places.values()}, public_since__isnull=False)
    outlets_of = dict(sources.values_list("key", "outlet__key"))
    for key in keys["source"] & set(outlets_of):
        found["source", key] = {("source", key)} | ({("outlet", outlets_of[key])} if outlets_of[key] else set())
    for ref, key in places.items():
        if key in outlets_of:
            found["capture", ref].add(("source", key))
    return found


def _claims_of(keys: dict[str, set[str]]) -> dict[Document, set[Since]]:
    """The claims that a thing is part of, and since when: itself, those about which somebody was asked, those that quote
    its words, those that name a source by its origin, and those about a private person, of whom there is no list.

    A claim that readers do not see any more was told in its own turn.
    """
    found: dict[Document, set[Since]] = defaultdict(set)
    for key in Claim.objects.filter(key__in=keys["claim"], changed__isnull=False).values_list("key", flat=True):
        found["claim", key].add((0, key))
    asked = ReplyClaim.objects.filter(request__key__in=keys["request"], claim__public=True)
    for request, claim, since in asked.values_list("request__key", "claim__key", "since"):
        found["request", request].add((since, claim))
    private = ClaimSubject.objects.ever_told().filter(
        subject__key__in=keys["subject"], subject__private_person=True, claim__public=True
    )
    for subject, claim, since in private.values_list("subject__key", "claim__key", "claim__since"):
        found["subject", subject].add((since, claim))
    named = Citation.objects.filter(origin__source__key__in=keys["source"], assessment__claim__public=True)
    for source, claim, since in named.values_list("origin__source__key", "assessment__claim__key", "since"):
        found["source", source].add((since, claim))
    # Of one that is confidential no list tells; what quoted it while readers knew of it says something else since.
    closed = Source.objects.filter(key__in=keys["source"], confidential=True)
    for model, passage, quoted_by, recorded in QUOTING:
        at = f"{passage}__capture__source"
        quoting = model.objects.filter(**{f"{at}__in": closed, f"{quoted_by}__public": True})
        for key, said, by in quoting.values_list(f"{at}__key", f"{quoted_by}__key", recorded):
            found["source", key].add((by, said))
    if keys["passage"]:
        places = reduce(or_, (Q(**passage_named(ref)) for ref in keys["passage"]))
        passages = {p.pk: p.ref for p in Passage.objects.for_list().filter(places)}
        for model, passage, quoted_by, recorded in QUOTING:
            shown = model.objects.filter(**{f"{passage}__in": passages, f"{quoted_by}__public": True})
            for pk, key, by in shown.values_list(passage, f"{quoted_by}__key", recorded):
                found["passage", passages[pk]].add((by, key))
    return found


# By which way a claim quotes a passage, and since when.
QUOTING: list[tuple[Any, str, str, str]] = [
    (Appearance, "passage", "claim", "since"),
    (Citation, "passage", "assessment__claim", "since"),
    (ReplyClaim, "request__replies__passage", "claim", "request__replies__since"),
]


def _beside(claims: set[str]) -> dict[str, set[Since]]:
    """What came into view with claims, or went with them: what they are about, quote, and are related to, or ever were
    for readers."""
    found: dict[str, set[Since]] = {claim: set() for claim in claims}
    about = ClaimSubject.objects.ever_told().filter(claim__key__in=claims, subject__private_person=False)
    for claim, subject, since in about.values_list("claim__key", "subject__key", "since"):
        found[claim].add((since, ("subject", subject)))
    related = Relation.objects.ever_told().filter(Q(claim__key__in=claims) | Q(other__key__in=claims))
    related = related.filter(claim__changed__isnull=False, other__changed__isnull=False)
    ends = ("claim__key", "claim__public", "other__key", "other__public", "since")
    for one, one_seen, other, other_seen, since in related.values_list(*ends):
        # What was said of it while it was out of view is told of neither.
        if one in found and other_seen:
            found[one].add((since, ("claim", other)))
        if other in found and one_seen:
            found[other].add((since, ("claim", one)))
    for model, passage, claim, recorded in QUOTING:
        source = f"{passage}__capture__source"
        rows = model.objects.ever_told() if model is Appearance else model.objects
        quoted = rows.filter(**{f"{claim}__key__in": claims, f"{source}__public_since__isnull": False})
        told = quoted.values_list(f"{claim}__key", f"{source}__key", f"{source}__outlet__key", recorded)
        for key, at, outlet, since in told.distinct():
            found[key].add((since, ("source", at)))
            if outlet:
                found[key].add((since, ("outlet", outlet)))
    return found
