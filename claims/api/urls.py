from typing import Any

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import APIRootView

from ..caching import varying_on
from . import annotations, changes, reading

# What addresses are made of: a thing that is named by more than its key has each part of its name in the address.
PIECES = {
    "key": r"[-\w]+",
    "claim": r"[-\w]+",
    "asked": r"[-\w]+",
    "source": r"[-\w]+",
    "assessment": r"[0-9]{1,9}",
    "number": r"[0-9]{1,9}",
    "capture": r"[0-9a-f]{12}",
    "place": r"[0-9]{1,9}-[0-9]{1,9}",
}
RESOURCES: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "claims": (reading.Claims, "claim", ("key",)),
    "wordings": (reading.Wordings, "wording", ("claim", "number")),
    "assessments": (reading.Assessments, "assessment", ("claim", "number")),
    "citations": (reading.Citations, "citation", ("claim", "assessment", "number")),
    "appearances": (reading.Appearances, "appearance", ("claim", "source", "capture", "place")),
    "passages": (reading.Passages, "passage", ("source", "capture", "place")),
    "sources": (reading.Sources, "source", ("key",)),
    "captures": (reading.Captures, "capture", ("source", "capture")),
    "outlets": (reading.Outlets, "outlet", ("key",)),
    "subjects": (reading.Subjects, "subject", ("key",)),
    "corrections": (reading.Corrections, "correction", ("claim", "number")),
    "replies": (reading.Replies, "reply", ("asked", "number")),
}


def one(address: str, pieces: tuple[str, ...], view: Any, name: str, beyond: str = "") -> Any:
    """The address of one thing."""
    named = "/".join(f"(?P<{piece}>{PIECES[piece]})" for piece in pieces)
    return re_path(rf"^{address}/{named}/{beyond}$", view, name=name)


def addresses() -> list[Any]:
    found: list[Any] = []
    for address, (view, name, pieces) in RESOURCES.items():
        found.append(path(f"{address}/", view.as_view({"get": "list"}), name=f"{name}-list"))
        found.append(one(address, pieces, view.as_view({"get": "retrieve"}), f"{name}-detail"))
    counted = reading.Claims.as_view({"get": "independence"})
    return [*found, one("claims", ("key",), counted, "claim-independence", beyond="independence/")]


container = varying_on("Accept", "Prefer")(annotations.Container.as_view())
root = {name: f"{single}-list" for name, (_, single, _) in RESOURCES.items()}
root |= {"changes": "change-list", "annotations": "annotation-list", "schema": "api-schema"}

urlpatterns = [
    path("", APIRootView.as_view(api_root_dict=root), name="api-root"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("changes/", changes.Changes.as_view(), name="change-list"),
    path("annotations/", container, name="annotation-list"),
    one("annotations", ("source", "capture", "place"), annotations.Annotation.as_view(), "annotation-detail"),
    *addresses(),
]
