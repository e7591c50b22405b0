"""What the API says of claims and of all that hangs on them: exactly what readers see."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..models import Appearance, Assessment, Citation, Claim, Correction, Relation, Reply, ReplyRequest, Wording
from .evidence import (
    Address,
    DateField,
    Lasting,
    Named,
    QuoteSerializer,
    TranslationSerializer,
    text,
)


def recorded() -> serializers.DateTimeField:
    return serializers.DateTimeField(source="since.recorded_at", read_only=True)


OF_CLAIM = ("url", "html_url", "version", "ref")


class OfClaim(Lasting):
    """A part of a claim, with an address of its own: readers find it on the page of the claim."""

    html_url = serializers.SerializerMethodField()

    def get_html_url(self, part) -> str:
        return self.context["request"].build_absolute_uri(self.claim_of(part).get_absolute_url())

    def claim_of(self, part) -> Claim:
        return part.claim


class CitationSerializer(OfClaim, serializers.ModelSerializer):
    url = Named("citation-detail")
    ref = serializers.CharField(read_only=True)
    assessment = text("assessment.ref")
    passage = serializers.SerializerMethodField()
    reference_url = text("url")
    origin = text("origin.shown_name", default=None, allow_null=True)

    class Meta:
        model = Citation
        fields = (
            *OF_CLAIM,
            "assessment",
            "number",
            "stance",
            "passage",
            "reference",
            "reference_url",
            "origin",
            "expression",
            "printed",
            "decimals",
            "note",
        )

    def claim_of(self, citation):
        return citation.assessment.claim

    @extend_schema_field(QuoteSerializer(allow_null=True))
    def get_passage(self, citation):
        return QuoteSerializer(citation.passage).data if may_be_quoted(citation.passage) else None


def may_be_quoted(passage) -> bool:
    return passage is not None and not passage.capture.source.confidential


class AssessmentSerializer(OfClaim, serializers.ModelSerializer):
    url = Named("assessment-detail")
    ref = serializers.CharField(read_only=True)
    claim = text("claim.key")
    balance = serializers.CharField(read_only=True)
    about = DateField(read_only=True)
    recorded_at = recorded()
    decided_on = DateField(source="since.decided_on", read_only=True)
    approval = text("since.approval")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Assessment
        fields = (
            *OF_CLAIM,
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


class AppearanceSerializer(OfClaim, serializers.ModelSerializer):
    url = Named("appearance-detail")
    ref = serializers.CharField(read_only=True)
    claim = text("claim.key")
    passage = QuoteSerializer(read_only=True)
    translations = TranslationSerializer(source="passage.shown_translations", many=True, read_only=True)
    dated = DateField(read_only=True)
    speakers = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Appearance
        fields = (
            *OF_CLAIM,
            "claim",
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


class CorrectionSerializer(OfClaim, serializers.ModelSerializer):
    url = Named("correction-detail")
    ref = serializers.CharField(read_only=True)
    claim = text("claim.key")
    recorded_at = recorded()

    class Meta:
        model = Correction
        fields = (
            *OF_CLAIM,
            "claim",
            "number",
            "kind",
            "before",
            "now",
            "why",
            "status_before",
            "status_now",
            "recorded_at",
        )

    def get_html_url(self, correction) -> str:
        return self.context["request"].build_absolute_uri(correction.get_absolute_url())


class ReplySerializer(Lasting, serializers.ModelSerializer):
    url = Named("reply-detail")
    ref = serializers.CharField(read_only=True)
    request = text("request.key")
    recorded_at = recorded()
    passage = serializers.SerializerMethodField()
    translations = serializers.SerializerMethodField()

    class Meta:
        model = Reply
        fields = (
            "url",
            "version",
            "ref",
            "request",
            "number",
            "outcome",
            "passage",
            "translations",
            "note",
            "recorded_at",
        )

    @extend_schema_field(QuoteSerializer(allow_null=True))
    def get_passage(self, reply):
        return QuoteSerializer(reply.passage).data if may_be_quoted(reply.passage) else None

    @extend_schema_field(TranslationSerializer(many=True))
    def get_translations(self, reply):
        found = reply.passage.shown_translations if may_be_quoted(reply.passage) else []
        return TranslationSerializer(found, many=True).data


class AskedSerializer(serializers.ModelSerializer):
    """Whom the desk asked for their side. What they were asked stays with the desk."""

    to = text("to_name")

    class Meta:
        model = ReplyRequest
        fields = ("key", "to", "channel", "asked_on", "deadline", "why_not")


class RequestSerializer(AskedSerializer):
    """The same, and what came of it."""

    replies = ReplySerializer(source="shown_replies", many=True, read_only=True)

    class Meta:
        model = ReplyRequest
        fields = (*AskedSerializer.Meta.fields, "replies")


class RelationSerializer(serializers.ModelSerializer):
    """How one claim stands to another, which readers see too."""

    claim = text("claim.key")
    other = text("other.key")

    class Meta:
        model = Relation
        fields = ("claim", "kind", "other")


class WordingSerializer(OfClaim, serializers.ModelSerializer):
    url = Named("wording-detail")
    ref = serializers.CharField(read_only=True)
    claim = text("claim.key")
    statement = text("said")
    recorded_at = recorded()

    class Meta:
        model = Wording
        fields = (
            *OF_CLAIM,
            "claim",
            "number",
            "headline",
            "statement",
            "language",
            "code",
            "recorded_at",
        )


class ClaimSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("claim-detail", lookup_field="key")
    version = serializers.IntegerField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    headline = text("wording.headline")
    statement = text("wording.said")
    language = text("wording.language")
    look = serializers.ListField(source="shown_look", child=serializers.CharField(), read_only=True)
    recorded_at = recorded()
    subjects = serializers.SerializerMethodField()
    assessment = serializers.SerializerMethodField()
    appearances = AppearanceSerializer(source="shown_appearances", many=True, read_only=True)
    corrections = CorrectionSerializer(source="shown_corrections", many=True, read_only=True)
    requests = serializers.SerializerMethodField()
    related = serializers.SerializerMethodField()

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
            "related",
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
        return RequestSerializer([a.request for a in claim.shown_asked], many=True, context=self.context).data

    @extend_schema_field(RelationSerializer(many=True))
    def get_related(self, claim):
        return RelationSerializer([*claim.shown_relations, *claim.shown_related_from], many=True).data

    @extend_schema_field(AssessmentSerializer(allow_null=True))
    def get_assessment(self, claim):
        if claim.assessment is None:
            return None
        claim.assessment.claim = claim
        return AssessmentSerializer(claim.assessment, context=self.context).data


class IndependenceSerializer(serializers.Serializer):
    """How widely a claim is said, and by how many who do not have it from one another."""

    appearances = serializers.IntegerField(read_only=True)
    origins = serializers.IntegerField(read_only=True)
    from_parties = serializers.IntegerField(read_only=True)


class ReplyInFull(ReplySerializer):
    """With who was asked, and about which claims."""

    html_url = serializers.SerializerMethodField()
    asked = AskedSerializer(source="request", read_only=True)
    claims = serializers.SerializerMethodField()

    class Meta:
        model = Reply
        fields = (*ReplySerializer.Meta.fields, "html_url", "asked", "claims")

    def get_html_url(self, reply) -> str:
        return self.context["request"].build_absolute_uri(reply.request.shown_about[0].claim.get_absolute_url())

    def get_claims(self, reply) -> list[str]:
        return [about.claim.key for about in reply.request.shown_about]
