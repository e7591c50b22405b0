"""What the API says of each thing: exactly what readers see of it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sources.dates import label
from sources.dates import parse as parse_date
from sources.models import Capture, Passage, Source, Translation
from sources.models.catalogue import Rights

from ..models import Appearance, Assessment, Citation, Claim, Correction, Reply, ReplyRequest, Subject


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


class CorrectionSerializer(serializers.ModelSerializer):
    recorded_at = serializers.DateTimeField(source="since.recorded_at", read_only=True)

    class Meta:
        model = Correction
        fields = ("number", "kind", "before", "now", "why", "status_before", "status_now", "recorded_at")


class ReplySerializer(serializers.ModelSerializer):
    recorded_at = serializers.DateTimeField(source="since.recorded_at", read_only=True)
    passage = serializers.SerializerMethodField()
    translations = serializers.SerializerMethodField()

    class Meta:
        model = Reply
        fields = ("outcome", "passage", "translations", "note", "recorded_at")

    @extend_schema_field(QuoteSerializer(allow_null=True))
    def get_passage(self, reply):
        return QuoteSerializer(reply.passage).data if _may_be_quoted(reply.passage) else None

    @extend_schema_field(TranslationSerializer(many=True))
    def get_translations(self, reply):
        found = reply.passage.shown_translations if _may_be_quoted(reply.passage) else []
        return TranslationSerializer(found, many=True).data


def _may_be_quoted(passage) -> bool:
    return passage is not None and not passage.capture.source.confidential


class RequestSerializer(serializers.ModelSerializer):
    """Whom the desk asked for their side, and what came of it. What they were asked stays with the desk."""

    to = serializers.CharField(source="to_name", read_only=True)
    replies = ReplySerializer(source="shown_replies", many=True, read_only=True)

    class Meta:
        model = ReplyRequest
        fields = ("key", "to", "channel", "asked_on", "deadline", "why_not", "replies")


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
    corrections = CorrectionSerializer(source="shown_corrections", many=True, read_only=True)
    requests = serializers.SerializerMethodField()

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
            "corrections",
            "requests",
        )

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_subjects(self, claim):
        """A private person is named, and has no key: there is no page of them."""
        return [
            {"name": m.subject.name, "key": None if m.subject.private_person else m.subject.key}
            for m in claim.shown_about
        ]

    @extend_schema_field(RequestSerializer(many=True))
    def get_requests(self, claim):
        return RequestSerializer([asked.request for asked in claim.shown_asked], many=True).data

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
