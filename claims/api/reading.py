"""What readers see, for programs. Filters are named as on the pages."""

import django_filters as filters
from django.db.models import Prefetch
from django.http import Http404
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.reverse import reverse

from sources.models import Source

from ..filters import ClaimFilter
from ..models import Appearance, Assessment, Claim, Standing, Status, Subject
from ..ordering import order_named
from ..paging import BY_NAME, by_key
from ..problems import Gone
from .resources import AS_OF, Resource
from .serializing import (
    AssessmentSerializer,
    ClaimSerializer,
    PassageSerializer,
    SourceSerializer,
    SubjectSerializer,
)


class Claims(Resource):
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter

    def asked_order(self):
        asked = self.request.query_params
        return order_named(asked.get("sort", ""), asked.get("q", ""))

    def get_queryset(self):
        return Claim.objects.public().for_page()

    @AS_OF
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


def _of_assessment(ref: str) -> dict:
    key, _, number = ref.rpartition("/")
    return {"claim__key": key, "number": int(number)}


class AssessmentFilter(filters.FilterSet):
    claim = filters.CharFilter("claim__key", label="Claim")
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="Status")


class Assessments(Resource):
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    lookup_field = "ref"
    lookup_value_regex = r"[-\w]+/[0-9]{1,9}"
    order = by_key("-since", key=_of_assessment, place=lambda a: a.ref)

    def get_queryset(self):
        return Assessment.objects.shown().for_page()

    def get_object(self):
        return get_object_or_404(self.get_queryset(), **_of_assessment(self.kwargs["ref"]))


class Sources(Resource):
    serializer_class = SourceSerializer
    order = BY_NAME

    def get_queryset(self):
        captures = Prefetch("captures", queryset=Appearance.objects.shown().in_public().captures())
        return Source.objects.public().for_list().prefetch_related(captures)


def _of_passage(ref: str) -> dict:
    capture, _, place = ref.rpartition("/")
    source, _, sha = capture.rpartition("/")
    start, _, end = place.partition("-")
    return {"capture__source__key": source, "capture__sha256__startswith": sha, "start": int(start), "end": int(end)}


class Passages(Resource):
    serializer_class = PassageSerializer
    lookup_field = "ref"
    lookup_value_regex = r"[-\w]+/[0-9a-f]{12}/[0-9]{1,9}-[0-9]{1,9}"
    order = by_key("capture", "start", "end", key=_of_passage, place=lambda p: p.ref)

    def get_queryset(self):
        return Appearance.objects.shown().in_public().passages()

    def get_object(self):
        return get_object_or_404(self.get_queryset(), **_of_passage(self.kwargs["ref"]))


class Subjects(Resource):
    serializer_class = SubjectSerializer
    order = BY_NAME

    def get_queryset(self):
        return Subject.objects.with_page().for_list()
