"""What the schema says of an act: its body, its headers, and every answer that it may give."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from ...problems import MEDIA_TYPE
from ..describing import ProblemSerializer

THING = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": {"type": "string", "format": "uri"}, "key": {"type": "string"}, "ref": {"type": "string"}},
}
LIST = {
    "type": "object",
    "required": ["next", "previous", "results"],
    "properties": {
        "next": {"type": ["string", "null"], "format": "uri"},
        "previous": {"type": ["string", "null"], "format": "uri"},
        "results": {"type": "array", "items": THING},
    },
}
READING = (400, 401, 403, 404, 406, 429)
ACTING = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429)
SEEING = (412, 428)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the thing as you have seen it."
)
ONCE = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="What is sent again under the same key is done once."
)


def _problems(*statuses: int) -> dict[Any, Any]:
    return {(status, MEDIA_TYPE): ProblemSerializer for status in statuses}


def reads(view, name: str, *, listed: bool = False, filters: tuple[str, ...] = ()):
    """A view that is read."""
    shape = LIST if listed else THING
    described = extend_schema(
        operation_id=name,
        tags=["desk"],
        filters=False,
        parameters=[OpenApiParameter(f, str) for f in filters],
        responses={(200, "application/json"): shape} | _problems(*READING),
    )
    return extend_schema_view(get=described)(view)


def acts(view, name: str):
    """A view that acts."""
    done = (201,) if view.makes else (200, 201, 202)
    statuses = ACTING if view.makes else (*ACTING, *SEEING)
    described = extend_schema(
        operation_id=name,
        tags=["desk"],
        description=view.__doc__,
        request={"application/json": view.body},
        parameters=[ONCE] if view.makes else [IF_MATCH, ONCE],
        responses={(status, "application/json"): THING for status in done} | _problems(*statuses),
    )
    return extend_schema_view(post=described)(view)
