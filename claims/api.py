"""The API, read-only: what readers see, for programs. Filters are named as on the pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import django_filters as filters
from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from sources.dates import label
from sources.dates import parse as parse_date
from sources.models import Capture, Passage, Source, Translation
from sources.models.catalogue import Rights

from .filters import ClaimFilter
from .models import Appearance, Assessment, Citation, Claim, Status, Subject
from .paging import BY_CHANGE, BY_NAME, NoSuchPlace, Order, by_key, page_of
from .problems import unknown_parameter
from .remembering import Moment, NotAMoment, remember

PLACES = ("after", "before")
AS_OF = extend_schema(parameters=[OpenApiParameter("as_of", str, description="A day, or a moment with its zone.")])


class Places(BasePagination):
    """Pages by place, with the parameters of the public pages: `after` and `before`."""

    def paginate_queryset(self, queryset, request, view=None):
        asked = {name: request.query_params.get(name, "") for name in PLACES}
        try:
            self.page = page_of(queryset, view.order, **asked)
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


class Named(serializers.HyperlinkedIdentityField):
    """The address of a thing that is named by its parent and its number or place in it."""

    def __init__(self, view_name, name):
        super().__init__(view_name, lookup_field=name, lookup_url_kwarg="ref")


class Address(serializers.Serializer):
    """The page on which a reader finds the same thing."""

    html_url = serializers.SerializerMethodField()

    def get_html_url(self, thing) -> str:
        return self.context["request"].build_absolute_uri(thing.get_absolute_url())


def _date(value: str) -> dict | None:
    if not value:
        return None
    bounds = parse_date(value)
    return {"value": value, "min": bounds.lower, "max": bounds.upper, "label": label(value)}


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "value": {"type": "string", "description": "EDTF, as recorded"},
            "min": {"type": ["string", "null"], "format": "date"},
            "max": {"type": ["string", "null"], "format": "date"},
            "label": {"type": "string"},
        },
    }
)
class DateField(serializers.CharField):
    def to_representation(self, value):
        return _date(value)


class TranslationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Translation
        fields = ("language", "text", "made_by", "checked_by")


class QuoteSerializer(serializers.ModelSerializer):
    """A quote with its place in the capture, in code points; letter for letter."""

    ref = serializers.CharField(read_only=True)
    source = serializers.CharField(source="capture.source.key", read_only=True)  # type: ignore[assignment]
    language = serializers.CharField(source="capture.source.language", read_only=True)

    class Meta:
        model = Passage
        fields = ("ref", "source", "language", "exact", "start", "end")


class PassageSerializer(QuoteSerializer):
    url = Named("passage-detail", "ref")
    capture = serializers.CharField(source="capture.sha256", read_only=True)
    prefix = serializers.SerializerMethodField()
    suffix = serializers.SerializerMethodField()
    translations = TranslationSerializer(source="shown_translations", many=True, read_only=True)

    class Meta:
        model = Passage
        fields = ("url", *QuoteSerializer.Meta.fields, "capture", "prefix", "suffix", "translations")

    def get_prefix(self, passage) -> str:
        return passage.prefix if _context_is_public(passage) else ""

    def get_suffix(self, passage) -> str:
        return passage.suffix if _context_is_public(passage) else ""


def _context_is_public(passage) -> bool:
    # Where only quotations are ours to print, the words around one are not.
    return passage.capture.source.rights == Rights.FULL and not passage.near_hidden


class CitationSerializer(serializers.ModelSerializer):
    passage = serializers.SerializerMethodField()
    url = serializers.CharField(read_only=True)
    origin = serializers.CharField(source="origin.shown_name", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Citation
        fields = (
            "number",
            "stance",
            "passage",
            "reference",
            "url",
            "origin",
            "expression",
            "printed",
            "decimals",
            "note",
        )

    @extend_schema_field(QuoteSerializer(allow_null=True))
    def get_passage(self, citation):
        if citation.passage is None or citation.passage.capture.source.confidential:
            return None
        return QuoteSerializer(citation.passage).data


class AssessmentSerializer(serializers.ModelSerializer):
    url = Named("assessment-detail", "ref")
    ref = serializers.CharField(read_only=True)
    claim = serializers.CharField(source="claim.key", read_only=True)
    balance = serializers.CharField(read_only=True)
    about = DateField(read_only=True)
    recorded_at = serializers.DateTimeField(source="since.recorded_at", read_only=True)
    decided_on = DateField(source="since.decided_on", read_only=True)
    approval = serializers.CharField(source="since.approval", read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Assessment
        fields = (
            "url",
            "ref",
            "claim",
            "number",
            "status",
            "balance",
            "code",
            "about",
            "why",
            "reason",
            "would_change",
            "method_version",
            "review_by",
            "recorded_at",
            "decided_on",
            "approval",
            "citations",
        )


class AppearanceSerializer(serializers.ModelSerializer):
    passage = QuoteSerializer(read_only=True)
    translations = TranslationSerializer(source="passage.shown_translations", many=True, read_only=True)
    dated = DateField(read_only=True)
    speakers = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Appearance
        fields = (
            "passage",
            "translations",
            "position",
            "hedge",
            "dated",
            "dated_words",
            "dated_basis",
            "speakers",
            "figures",
            "note",
        )

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_speakers(self, appearance):
        return [{"name": s.name, "anonymity": s.anonymity} for s in appearance.speakers.all()]

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_figures(self, appearance):
        names = ("words", "low", "high", "unit", "currency", "qualifier")
        return [{n: getattr(f, n) for n in names} for f in appearance.figures.all()]


class ClaimSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("claim-detail", lookup_field="key")
    version = serializers.IntegerField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    headline = serializers.CharField(source="wording.headline", read_only=True)
    statement = serializers.CharField(source="wording.statement", read_only=True)
    language = serializers.CharField(source="wording.language", read_only=True)
    look = serializers.ListField(source="shown_look", child=serializers.CharField(), read_only=True)
    recorded_at = serializers.DateTimeField(source="since.recorded_at", read_only=True)
    subjects = serializers.SerializerMethodField()
    assessment = serializers.SerializerMethodField()
    appearances = AppearanceSerializer(source="shown_appearances", many=True, read_only=True)

    class Meta:
        model = Claim
        fields = (
            "url",
            "html_url",
            "key",
            "version",
            "kind",
            "status",
            "headline",
            "statement",
            "language",
            "misconduct",
            "look",
            "recorded_at",
            "changed_at",
            "subjects",
            "assessment",
            "appearances",
        )

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_subjects(self, claim):
        """A private person is named, and has no key: there is no page of them."""
        return [
            {"name": m.subject.name, "key": None if m.subject.private_person else m.subject.key}
            for m in claim.shown_about
        ]

    @extend_schema_field(AssessmentSerializer(allow_null=True))
    def get_assessment(self, claim):
        if claim.assessment is None:
            return None
        claim.assessment.claim = claim
        return AssessmentSerializer(claim.assessment, context=self.context).data


class CaptureSerializer(serializers.ModelSerializer):
    regions = serializers.SerializerMethodField()

    class Meta:
        model = Capture
        fields = ("sha256", "bytes", "length", "blocks", "media_type", "withheld", "captured_at", "regions")

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_regions(self, capture):
        return [{"kind": r.kind, "start": r.start, "end": r.end} for r in capture.regions.all()]


class SourceSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("source-detail", lookup_field="key")
    outlet = serializers.CharField(source="outlet.name", default=None, allow_null=True, read_only=True)
    origin = serializers.CharField(source="origin.name", read_only=True)
    original = serializers.SerializerMethodField()
    dated = DateField(read_only=True)
    captures = CaptureSerializer(many=True, read_only=True)

    class Meta:
        model = Source
        fields = (
            "url",
            "html_url",
            "key",
            "title",
            "title_en",
            "language",
            "author",
            "outlet",
            "origin",
            "original",
            "dated",
            "rights",
            "captures",
        )

    def get_original(self, source) -> str:
        return source.url


class SubjectSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("subject-detail", lookup_field="key")
    names = serializers.SerializerMethodField()

    class Meta:
        model = Subject
        fields = ("url", "html_url", "key", "name", "kind", "names", "wikidata")

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_names(self, subject):
        return [{"text": n.text, "language": n.language} for n in subject.names.all()]


class AssessmentFilter(filters.FilterSet):
    claim = filters.CharFilter("claim__key", label="Claim")
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="Status")


class Resource(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A list by place, and each thing at its own address, now or as of a moment. A parameter that a list does not know is refused."""

    pagination_class = Places
    lookup_field = "key"
    lookup_value_regex = r"[-\w]+"
    order: Order

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
    order = BY_CHANGE

    def get_queryset(self):
        return Claim.objects.public().for_page()


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
