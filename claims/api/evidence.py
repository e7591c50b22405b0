"""What the API says of sources and of their words: exactly what readers see."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sources.dates import label, precision
from sources.dates import parse as parse_date
from sources.models import Capture, Outlet, Passage, Source, Translation
from sources.models.sources import Rights

from ..models import Subject


def text(source: str, **kwargs) -> serializers.CharField:
    return serializers.CharField(source=source, read_only=True, **kwargs)


class Named(serializers.HyperlinkedIdentityField):
    """The address of a thing that is named by its parent and its number or place in it."""

    def get_url(self, obj, view_name, request, format):
        return self.reverse(view_name, args=obj.ref.split("/"), request=request)


class Address(serializers.Serializer):
    """The page on which a reader finds the same thing."""

    html_url = serializers.SerializerMethodField()

    def get_html_url(self, thing) -> str:
        return self.context["request"].build_absolute_uri(thing.get_absolute_url())


class Lasting(serializers.Serializer):
    """A thing that is added and never changed: it has one version."""

    version = serializers.SerializerMethodField()

    def get_version(self, thing) -> int:
        return 1


def _date(value: str) -> dict | None:
    if not value:
        return None
    bounds = parse_date(value)
    told = {"value": value, "precision": precision(value), "min": bounds.lower, "max": bounds.upper}
    return told | {"label": label(value)}


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "value": {"type": "string", "description": "EDTF, as recorded"},
            "precision": {"type": "string", "enum": ["day", "month", "year", "interval"]},
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
    source = text("capture.source.key")  # type: ignore[assignment]
    language = text("capture.source.language")

    class Meta:
        model = Passage
        fields = ("ref", "source", "language", "exact", "start", "end")


def context_is_public(passage) -> bool:
    """Where only quotations are ours to print, the words around one are not."""
    return passage.capture.source.rights == Rights.FULL and not passage.near_hidden


def prefix_of(passage) -> str:
    return passage.prefix if context_is_public(passage) else ""


def suffix_of(passage) -> str:
    return passage.suffix if context_is_public(passage) else ""


class CaptureSerializer(Lasting, serializers.ModelSerializer):
    """A text as it was got at one moment: what readers may know of it, and never the text itself."""

    url = Named("capture-detail")
    html_url = serializers.SerializerMethodField()
    ref = serializers.CharField(read_only=True)
    source = text("source.key")  # type: ignore[assignment]
    regions = serializers.SerializerMethodField()

    class Meta:
        model = Capture
        fields = (
            "url",
            "html_url",
            "version",
            "ref",
            "source",
            "sha256",
            "bytes",
            "length",
            "blocks",
            "media_type",
            "withheld",
            "captured_at",
            "regions",
        )

    def get_html_url(self, capture) -> str:
        return self.context["request"].build_absolute_uri(capture.source.get_absolute_url())

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_regions(self, capture):
        return [{"kind": r.kind, "start": r.start, "end": r.end} for r in capture.regions.all()]


class OutletSerializer(Address, serializers.ModelSerializer):
    """Who published a source."""

    url = serializers.HyperlinkedIdentityField("outlet-detail", lookup_field="key")
    version = serializers.IntegerField(read_only=True)
    owner = text("owner.name", default=None, allow_null=True)
    website = text("url")

    class Meta:
        model = Outlet
        fields = ("url", "html_url", "version", "key", "name", "language", "kind", "website", "owner")

    def get_html_url(self, outlet) -> str:
        """It has no page of its own: the list of sources names it."""
        return self.context["request"].build_absolute_uri(reverse("sources"))


class SourceSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("source-detail", lookup_field="key")
    version = serializers.IntegerField(read_only=True)
    outlet = text("outlet.name", default=None, allow_null=True)
    origin = text("origin.name")
    original = text("url")
    archived = serializers.CharField(read_only=True)
    retracted = serializers.SerializerMethodField()
    dated = DateField(read_only=True)
    captures = CaptureSerializer(source="shown_captures", many=True, read_only=True)

    class Meta:
        model = Source
        fields = (
            "url",
            "html_url",
            "version",
            "key",
            "title",
            "title_en",
            "language",
            "author",
            "outlet",
            "origin",
            "original",
            "archived",
            "retracted",
            "dated",
            "rights",
            "captures",
        )

    def get_retracted(self, source) -> bool:
        return source.retracted_id is not None


class PassageSerializer(QuoteSerializer):
    url = Named("passage-detail")
    html_url = serializers.SerializerMethodField()
    version = serializers.IntegerField(read_only=True)
    capture = text("capture.sha256")
    prefix = serializers.SerializerMethodField()
    suffix = serializers.SerializerMethodField()
    translations = TranslationSerializer(source="shown_translations", many=True, read_only=True)

    class Meta:
        model = Passage
        fields = (
            "url",
            "html_url",
            "version",
            *QuoteSerializer.Meta.fields,
            "capture",
            "prefix",
            "suffix",
            "translations",
        )

    def get_html_url(self, passage) -> str:
        place = f"?capture={passage.capture.sha256[:12]}&at={passage.start}#here" if passage.appears else ""
        return self.context["request"].build_absolute_uri(passage.capture.source.get_absolute_url() + place)

    def get_prefix(self, passage) -> str:
        return prefix_of(passage)

    def get_suffix(self, passage) -> str:
        return suffix_of(passage)


class SubjectSerializer(Address, serializers.ModelSerializer):
    url = serializers.HyperlinkedIdentityField("subject-detail", lookup_field="key")
    version = serializers.IntegerField(read_only=True)
    names = serializers.SerializerMethodField()

    class Meta:
        model = Subject
        fields = ("url", "html_url", "version", "key", "name", "kind", "names", "wikidata")

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_names(self, subject):
        return [{"text": n.text, "language": n.language} for n in subject.names.all()]
