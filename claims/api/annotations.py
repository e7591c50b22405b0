"""Every passage that readers see as a W3C Web Annotation, in a container that is read only.

The model and the protocol are those of https://www.w3.org/TR/annotation-model/ and https://www.w3.org/TR/annotation-protocol/.
"""

from typing import Any

from django.db.models import Prefetch
from rest_framework.generics import get_object_or_404
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from sources.dates import rfc3339

from ..models import Appearance
from ..paging import NoSuchPlace, by_key, page_of, tally_of
from ..problems import no_such_place, refuse_unknown_parameters
from ..quoting import public_passages
from ..remembering import remember
from .evidence import prefix_of, suffix_of
from .reading import passage_named
from .resources import AtAMoment, size_asked

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
RESOURCE = "http://www.w3.org/ns/ldp#Resource"
CONTAINER = "http://www.w3.org/ns/ldp#BasicContainer"
PROTOCOL, CONSTRAINED = "http://www.w3.org/TR/annotation-protocol/", "http://www.w3.org/ns/ldp#constrainedBy"
PROFILED = f'application/ld+json; profile="{CONTEXT}"'
FIRST = "first"
IN_ORDER = by_key("capture", "start", "end", key=passage_named, place=lambda passage: passage.ref)
IRIS = "http://www.w3.org/ns/oa#PreferContainedIRIs"
MINIMAL = "http://www.w3.org/ns/ldp#PreferMinimalContainer"


class AnnotationRenderer(JSONRenderer):
    media_type = "application/ld+json"


def annotation_of(passage: Any, request) -> dict[str, Any]:
    """A passage with the claims that appear in it. Offsets are code points of the captured text, as the model has them."""
    capture = passage.capture
    around = {"prefix": prefix_of(passage), "suffix": suffix_of(passage)}
    bodies: list[dict[str, Any]] = [
        {
            "type": "SpecificResource",
            "source": request.build_absolute_uri(appearance.claim.get_absolute_url()),
            "purpose": "identifying",
        }
        for appearance in passage.shown_appearances
    ]
    bodies += [
        {
            "type": "TextualBody",
            "value": t.text,
            "format": "text/plain",
            "language": t.language,
            "purpose": "describing",
        }
        for t in passage.shown_translations
    ]
    archived = {"cached": capture.source.archived} if capture.source.archived else {}
    return {
        "@context": CONTEXT,
        "id": reverse("annotation-detail", args=passage.ref.split("/"), request=request),
        "type": "Annotation",
        "motivation": "linking",
        "body": bodies,
        "target": {
            "source": capture.source.url or request.build_absolute_uri(capture.source.get_absolute_url()),
            "selector": [
                {"type": "TextQuoteSelector", "exact": passage.exact} | {k: v for k, v in around.items() if v},
                {"type": "TextPositionSelector", "start": passage.start, "end": passage.end},
            ],
            "state": {"type": "TimeState", "sourceDate": rfc3339(capture.captured_at)} | archived,
        },
    }


def annotated():
    """Passages with the claims that appear in them."""
    claims = Appearance.objects.shown().in_public().select_related("claim").order_by("id")
    return public_passages().prefetch_related(Prefetch("appearances", queryset=claims, to_attr="shown_appearances"))


class Annotating(AtAMoment, APIView):
    """What all of these addresses have: their kind of JSON, and that they are read and never written to."""

    renderer_classes = [AnnotationRenderer, JSONRenderer]
    metadata_class = None
    schema = None  # the W3C describes them
    known: set[str] = set()

    def said(self, said: dict[str, Any], **headers: str) -> Response:
        asked = self.request.accepted_renderer.media_type
        kind = PROFILED if asked == AnnotationRenderer.media_type else None
        return Response(said, headers=headers, content_type=kind)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.known)


class Annotation(Annotating):
    """The annotation of one passage."""

    known = {"as_of"}

    def get(self, request, source, capture, place):
        with self.at_the_moment_asked():
            named = passage_named(f"{source}/{capture}/{place}")
            [passage] = remember([get_object_or_404(annotated(), **named)])
            return self.said(annotation_of(passage, request), Link=f'<{RESOURCE}>; rel="type"')


class Container(Annotating):
    """All of them, a page at a time: whole, or by their addresses alone where the reader prefers that."""

    known = {"as_of", "iris", "page", "limit"}

    def get(self, request):
        prefer = request.headers.get("Prefer", "")
        asked = request.query_params
        only_names = asked["iris"] == "1" if "iris" in asked else IRIS in prefer
        with self.at_the_moment_asked():
            if place := asked.get("page"):
                said = {"@context": CONTEXT} | self._page(place, only_names) | {"partOf": self._address(only_names)}
                return self.said(said)
            tally = tally_of(public_passages())
            first = self._address(only_names, FIRST) if MINIMAL in prefer else self._page(FIRST, only_names)
            said = {
                "@context": [CONTEXT, "http://www.w3.org/ns/ldp.jsonld"],
                "id": self._address(only_names),
                "type": ["BasicContainer", "AnnotationCollection"],
                "label": "Every passage that readers see",
                "first": first,
            } | ({} if tally.more else {"total": tally.count})
        types = f'<{CONTAINER}>; rel="type", <{PROTOCOL}>; rel="{CONSTRAINED}"'
        return self.said(said, **{"Link": types, "Content-Location": said["id"]})

    def _address(self, only_names: bool, place: str = "") -> str:
        address = replace_query_param(self.request.build_absolute_uri(), "iris", "01"[only_names])
        return replace_query_param(address, "page", place) if place else remove_query_param(address, "page")

    def _page(self, place: str, only_names: bool) -> dict[str, Any]:
        """A page from a place on; a place that is none is refused."""
        after = "" if place == FIRST else place
        try:
            page = page_of(annotated(), IN_ORDER, after=after, size=size_asked(self.request))
        except NoSuchPlace:
            raise no_such_place("page") from None
        remember(page.rows)
        items = [annotation_of(passage, self.request) for passage in page.rows]
        following = {"next": self._address(only_names, page.older)} if page.older else {}
        return {
            "id": self._address(only_names, place),
            "type": "AnnotationPage",
            **following,
            "items": [one["id"] for one in items] if only_names else items,
        }
