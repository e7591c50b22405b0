"""What readers see, for programs: flat lists, filtered as on the pages."""

from datetime import UTC, datetime, time

import django_filters as filters
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.reverse import reverse

from sources.models import Origin, Outlet, Passage, Source
from sources.models.outlets import OutletKind

from ..filters import NO_DAY, NO_SUCH, ClaimFilter
from ..models import (
    Appearance,
    Assessment,
    Citation,
    Claim,
    Correction,
    CorrectionKind,
    Outcome,
    Position,
    Reply,
    ReplyClaim,
    ReplyRequest,
    Stance,
    Standing,
    Status,
    Subject,
    SubjectKind,
    Wording,
)
from ..ordering import order_named
from ..paging import BY_NAME, by_key
from ..problems import Gone
from ..quoting import public_captures, public_passages, with_version
from ..spreading import spread_of
from .evidence import CaptureSerializer, OutletSerializer, PassageSerializer, SourceSerializer, SubjectSerializer
from .resources import CHOICE, More, Resource
from .serializing import (
    AppearanceSerializer,
    AssessmentSerializer,
    CitationSerializer,
    ClaimSerializer,
    CorrectionSerializer,
    IndependenceSerializer,
    ReplyInFull,
    WordingSerializer,
)


def claims():
    return Claim.objects.public().for_page()


def sources():
    captures = Prefetch("captures", queryset=public_captures(), to_attr="shown_captures")
    return with_version(Source.objects.public().for_list(), "source").prefetch_related(captures)


def outlets():
    """Those that published what readers see."""
    published = Source.objects.public().filter(outlet=OuterRef("pk"))
    return with_version(Outlet.objects.filter(Exists(published)), "outlet").select_related("owner")


class PartFilter(filters.FilterSet):
    """Parts of claims: by the claim, and by when they were recorded."""

    claim = filters.CharFilter("claim__key", label="Claim")
    changed_after = filters.DateFilter(method="since", label="Recorded from", error_messages=NO_DAY)
    changed_before = filters.DateFilter(method="until", label="Recorded to", error_messages=NO_DAY)

    recorded = "since__recorded_at"  # where it stands when a part was

    def since(self, rows, name, day):
        return rows.filter(**{f"{self.recorded}__gte": datetime.combine(day, time(), UTC)})

    def until(self, rows, name, day):
        return rows.filter(**{f"{self.recorded}__lte": datetime.combine(day, time.max, UTC)})


def _chosen(column: str, choices) -> filters.MultipleChoiceFilter:
    return filters.MultipleChoiceFilter(column, choices=choices.choices, label=column, error_messages=NO_SUCH)


class ClaimsFilter(ClaimFilter):
    """As on the page; and for those who follow the changes of a source or of an origin, by what claims rest on."""

    rests_on = filters.CharFilter(method="resting_on", label="Quotes a source")
    origin = filters.CharFilter(method="citing_origin", label="Cites an origin")

    def resting_on(self, claims, name, key):
        """Claims that appear in a source, cite it, or are replied to in it."""
        # One that was confidential is not public yet, and its words are read where a claim quotes them.
        there = Passage.objects.filter(capture__source__in=Source.objects.filter(key=key, confidential=False))
        return claims.filter(
            Q(pk__in=Appearance.objects.shown().filter(passage__in=there).values("claim"))
            | Q(assessment__in=Citation.objects.filter(passage__in=there).values("assessment"))
            | Q(pk__in=ReplyClaim.objects.live().filter(request__replies__passage__in=there).values("claim"))
        )

    def citing_origin(self, claims, name, key):
        # Which claims draw on one and the same confidential source, readers are not told.
        known = Origin.objects.filter(key=key).exclude(source__confidential=True)
        cited = Citation.objects.filter(origin__in=known)
        return claims.filter(assessment__in=cited.values("assessment"))


class Claims(Resource):
    serializer_class = ClaimSerializer
    filterset_class = ClaimsFilter
    includes = {
        "wordings": More("wordings", Wording.objects.shown, WordingSerializer, many=True),
        "assessments": More(
            "assessments", lambda: Assessment.objects.shown().for_page(), AssessmentSerializer, many=True
        ),
    }

    @property
    def refuses(self):
        return (*super().refuses, 410) if self.action == "retrieve" else super().refuses

    leads = Resource.leads | {301: "It was merged into the claim at this address"}

    def asked_order(self):
        asked = self.request.query_params
        return order_named(asked.get("sort", ""), asked.get("q", ""))

    def get_queryset(self):
        return claims()

    @extend_schema(responses=IndependenceSerializer, filters=False)
    def independence(self, request, key):
        """In how many passages it appears, from how many origins these come, and how many come from a party to the claim."""
        with self.at_the_moment_asked():
            [claim] = self.recall([self.get_object()])
            return Response(IndependenceSerializer(spread_of(claim)).data)

    @CHOICE
    def retrieve(self, request, *args, **kwargs):
        """A claim; one that was merged leads to the claim that took it in, and one that was withdrawn says so."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            if "as_of" in request.query_params:
                raise
            heir = Claim.objects.merged_away(kwargs["key"])
            if heir is None or not heir.public:
                if Standing.objects.withdrawn().filter(claim__key=heir.key if heir else kwargs["key"]).exists():
                    raise Gone from None
                raise
            address = reverse("claim-detail", args=[heir.key], request=request)
            return Response(status=301, headers={"Location": address})


OF_CLAIM = {"claim": More("claim", claims, ClaimSerializer)}


class Part(Resource):
    """A part of a claim, named by its claim and its number there, newest first."""

    filterset_class: type[filters.FilterSet] = PartFilter
    includes = OF_CLAIM

    @staticmethod
    def named(ref: str) -> dict:
        """How a row is found by its name."""
        key, _, number = ref.rpartition("/")
        return {"claim__key": key, "number": int(number)}

    def asked_order(self):
        return by_key("-since", "-id", key=self.named, place=lambda part: part.ref)

    def get_object(self):
        ref = "/".join(self.kwargs.values())
        return get_object_or_404(self.filter_queryset(self.get_queryset()), **self.named(ref))


class Wordings(Part):
    serializer_class = WordingSerializer

    def get_queryset(self):
        return Wording.objects.shown().select_related("claim")


class AssessmentFilter(PartFilter):
    status = _chosen("status", Status)


class Assessments(Part):
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter

    def get_queryset(self):
        return Assessment.objects.shown().for_page()


class CitationFilter(PartFilter):
    claim = filters.CharFilter("assessment__claim__key", label="Claim")
    stance = _chosen("stance", Stance)
    source = filters.CharFilter(method="in_source", label="Source")

    recorded = "assessment__since__recorded_at"

    def in_source(self, rows, name, key):
        return rows.filter(passage__capture__source__in=Source.objects.public().filter(key=key))


class Citations(Part):
    serializer_class = CitationSerializer
    filterset_class = CitationFilter
    includes = {"assessment": More("assessment", lambda: Assessment.objects.for_page(), AssessmentSerializer)}

    @staticmethod
    def named(ref):
        key, assessment, number = ref.rsplit("/", 2)
        return {"assessment__claim__key": key, "assessment__number": int(assessment), "number": int(number)}

    def get_queryset(self):
        return Citation.objects.shown().select_related("assessment__claim").for_page()


class AppearanceFilter(PartFilter):
    position = _chosen("position", Position)
    source = filters.CharFilter("passage__capture__source__key", label="Source")
    lang = filters.CharFilter(method="in_language", label="Language of source")

    def in_language(self, rows, name, tag):
        return rows.filter(passage__capture__source__in=Source.objects.public().in_languages([tag]))


def passage_named(ref: str, path: str = "") -> dict:
    """How a passage, at this path, is found by its name: its source, its capture and its place."""
    capture, _, place = ref.rpartition("/")
    source, _, sha = capture.rpartition("/")
    start, _, end = place.partition("-")
    found = {"capture__source__key": source, "capture__sha256__startswith": sha, "start": int(start), "end": int(end)}
    return {path + name: value for name, value in found.items()}


class Appearances(Part):
    serializer_class = AppearanceSerializer
    filterset_class = AppearanceFilter
    includes = OF_CLAIM | {"source": More("passage__capture__source", sources, SourceSerializer)}

    @staticmethod
    def named(ref):
        claim, _, passage = ref.partition("/")
        return {"claim__key": claim} | passage_named(passage, "passage__")

    def get_queryset(self):
        return Appearance.objects.shown().in_public().select_related("claim").for_page()


class CorrectionFilter(PartFilter):
    kind = _chosen("kind", CorrectionKind)


class Corrections(Part):
    serializer_class = CorrectionSerializer
    filterset_class = CorrectionFilter

    def get_queryset(self):
        return Correction.objects.shown().for_page().for_list()


class ReplyFilter(PartFilter):
    claim = filters.CharFilter(method="about", label="Claim")
    outcome = _chosen("outcome", Outcome)

    def about(self, rows, name, key):
        asked = ReplyRequest.objects.shown().filter(about__claim__in=Claim.objects.public().filter(key=key))
        return rows.filter(request__in=asked.values("pk"))


class Replies(Part):
    serializer_class = ReplyInFull
    filterset_class = ReplyFilter
    includes = {}

    @staticmethod
    def named(ref):
        key, _, number = ref.rpartition("/")
        return {"request__key": key, "number": int(number)}

    def get_queryset(self):
        requests = Prefetch("request", queryset=ReplyRequest.objects.for_readers())
        return Reply.objects.shown().for_page().prefetch_related(requests)


class SourceFilter(filters.FilterSet):
    lang = filters.CharFilter(method="in_language", label="Language")
    outlet = filters.CharFilter(method="published_by", label="Outlet")
    origin = filters.CharFilter("origin__key", label="Origin")

    def in_language(self, sources, name, tag):
        return sources.in_languages([tag])

    def published_by(self, sources, name, key):
        return sources.filter(outlet__key=key)


class Sources(Resource):
    serializer_class = SourceSerializer
    filterset_class = SourceFilter
    order = BY_NAME
    includes = {"outlet": More("outlet", outlets, OutletSerializer)}

    def get_queryset(self):
        return sources()


class CaptureFilter(filters.FilterSet):
    source = filters.CharFilter("source__key", label="Source")


class Captures(Part):
    serializer_class = CaptureSerializer
    filterset_class = CaptureFilter
    includes = {"source": More("source", sources, SourceSerializer)}

    @staticmethod
    def named(ref):
        source, _, sha = ref.rpartition("/")
        return {"source__key": source, "sha256__startswith": sha}

    def get_queryset(self):
        return public_captures()


class PassageFilter(filters.FilterSet):
    source = filters.CharFilter("capture__source__key", label="Source")
    lang = filters.CharFilter(method="in_language", label="Language of source")

    def in_language(self, passages, name, tag):
        return passages.filter(capture__source__in=Source.objects.public().in_languages([tag]))


class Passages(Part):
    serializer_class = PassageSerializer
    filterset_class = PassageFilter
    includes = {"source": More("capture__source", sources, SourceSerializer)}

    @staticmethod
    def named(ref):
        return passage_named(ref)

    def asked_order(self):
        return by_key("capture", "start", "end", key=passage_named, place=lambda p: p.ref)

    def get_queryset(self):
        return public_passages()


class OutletFilter(filters.FilterSet):
    kind = _chosen("kind", OutletKind)
    owner = filters.CharFilter("owner__key", label="Owner")


class Outlets(Resource):
    serializer_class = OutletSerializer
    filterset_class = OutletFilter
    order = by_key("name", "key")

    def get_queryset(self):
        return outlets()


class SubjectFilter(filters.FilterSet):
    kind = _chosen("kind", SubjectKind)


class Subjects(Resource):
    serializer_class = SubjectSerializer
    filterset_class = SubjectFilter
    order = BY_NAME

    def get_queryset(self):
        return with_version(Subject.objects.with_page().for_list(), "subject")
