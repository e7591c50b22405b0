"""The API, read-only: what readers see, for programs. Filters are named as on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import django_filters as filters
from django.db.models import Prefetch
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import remove_query_param, replace_query_param

from sources.models import Source

from .filters import ClaimFilter
from .models import Appearance, Assessment, Claim, Standing, Status, Subject
from .ordering import order_named
from .paging import BY_NAME, NoSuchPlace, Order, by_key, page_of
from .problems import Gone, unknown_parameter
from .remembering import Moment, NotAMoment, remember
from .serializing import (
    AssessmentSerializer,
    ClaimSerializer,
    PassageSerializer,
    SourceSerializer,
    SubjectSerializer,
)

PLACES = ("after", "before")
AS_OF = extend_schema(parameters=[OpenApiParameter("as_of", str, description="A day, or a moment with its zone.")])


class Places(BasePagination):
    """Pages by place, with the parameters of the public pages: `after` and `before`."""

    def paginate_queryset(self, queryset, request, view=None):
        asked = {name: request.query_params.get(name, "") for name in PLACES}
        try:
            self.page = page_of(queryset, view.asked_order(), **asked)
        except NoSuchPlace:
            name = "before" if asked["before"] else "after"
            raise ValidationError({name: ["There is no such place in this list"]}) from None
        self.address = request.build_absolute_uri()
        return self.page.rows

    def get_paginated_response(self, data):
        following = self._at("after", self.page.older)
        return Response({"next": following, "previous": self._at("before", self.page.newer), "results": data})

    def _at(self, name, place):
        bare = remove_query_param(remove_query_param(self.address, "before"), "after")
        return replace_query_param(bare, name, place) if place else None

    def get_schema_operation_parameters(self, view):
        text = "The place, as `next` and `previous` of an answer name it"
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
            for name in PLACES
        ]

    def get_paginated_response_schema(self, schema):
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


class AssessmentFilter(filters.FilterSet):
    claim = filters.CharFilter("claim__key", label="Claim")
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="Status")


class Resource(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A list by place, and each thing at its own address, now or as of a moment. A parameter that a list does not know is refused."""

    pagination_class = Places
    lookup_field = "key"
    lookup_value_regex = r"[-\w]+"
    order: Order

    def asked_order(self) -> Order:
        return self.order

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        known = {*PLACES, "as_of", *getattr(self, "filterset_class", filters.FilterSet).base_filters}
        for name in request.query_params:
            if self.action == "list" and name not in known:
                raise unknown_parameter(name, known)

    @AS_OF
    def list(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            return super().list(request, *args, **kwargs)

    @AS_OF
    def retrieve(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            [thing] = remember([self.get_object()])
            return Response(self.get_serializer(thing).data)

    def paginate_queryset(self, queryset):
        return remember(super().paginate_queryset(queryset) or [])

    @contextmanager
    def at_the_moment_asked(self) -> Iterator[None]:
        try:
            moment = Moment.asked(self.request.query_params.get("as_of", ""))
        except NotAMoment as error:
            raise ValidationError({"as_of": [str(error)]}) from error
        if moment is None:
            yield
            return
        self.headers["X-Robots-Tag"] = "noindex"
        with moment.again():
            yield


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
