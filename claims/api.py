"""The API, read-only: what readers see, for programs. Filters are named as on the pages."""

import django_filters as filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination

from sources.dates import label
from sources.dates import parse as parse_date
from sources.models import Capture, Passage, Source, Translation
from sources.models.catalogue import Rights

from .filters import ClaimFilter
from .models import Appearance, Assessment, Citation, Claim, Status, Subject
from .problems import unknown_parameter


class Cursor(CursorPagination):
    page_size = 25
    cursor_query_param = "cursor"

    def get_ordering(self, request, queryset, view):
        return (view.order,)


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

    source = serializers.CharField(source="capture.source.key", read_only=True)  # type: ignore[assignment]
    language = serializers.CharField(source="capture.source.language", read_only=True)

    class Meta:
        model = Passage
        fields = ("id", "source", "language", "exact", "start", "end")


class PassageSerializer(QuoteSerializer):
    url = serializers.HyperlinkedIdentityField("passage-detail")
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
    origin = serializers.CharField(source="origin.name", default=None, allow_null=True, read_only=True)

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
    url = serializers.HyperlinkedIdentityField("assessment-detail")
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
            "id",
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
        return [{"kind": r.kind, "start": r.start, "end": r.end} for r in capture.regions.all() if r.until_id is None]


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
        return [{"text": n.text, "language": n.language} for n in subject.names.all() if n.until_id is None]


class AssessmentFilter(filters.FilterSet):
    claim = filters.CharFilter("claim__key", label="Claim")
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="Status")


class Door(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One resource: a list by cursor, and each thing at its own address. A parameter it does not know is refused."""

    pagination_class = Cursor
    order = "-id"

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        known = {"cursor", *getattr(self, "filterset_class", filters.FilterSet).base_filters}
        for name in request.query_params:
            if self.action == "list" and name not in known:
                raise unknown_parameter(name, known)


class Claims(Door):
    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    lookup_field = "key"
    order = "-changed"
    queryset = Claim.objects.public().for_page()


class Assessments(Door):
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    queryset = Assessment.objects.shown().for_page()


class Sources(Door):
    serializer_class = SourceSerializer
    lookup_field = "key"
    queryset = (
        Source.objects.public()
        .for_list()
        .prefetch_related(Prefetch("captures", queryset=Appearance.objects.shown().in_public().captures()))
    )


class Passages(Door):
    serializer_class = PassageSerializer
    queryset = Appearance.objects.shown().in_public().passages()


class Subjects(Door):
    serializer_class = SubjectSerializer
    lookup_field = "key"
    queryset = Subject.objects.with_page().prefetch_related("names")
