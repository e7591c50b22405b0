"""The addresses for tokens: one for each thing, and one for each act on it."""

from typing import Any

from django.urls import path

from ...models import Claim, Proposal
from . import catalogue, claims, proposals, reading, reports
from .describing import acts, reads

urlpatterns: list[Any] = []


def _at(address: str, view: Any, name: str) -> None:
    urlpatterns.append(path(address, view.as_view(), name=f"desk-{name}"))


def _act(address: str, act: Any, thing: str, verb: str) -> None:
    name = f"{thing}-{verb}"
    _at(address, acts(act, f"desk_{name.replace('-', '_')}"), name)


def _both(address: str, listed: Any, made: Any, name: str, filters: tuple[str, ...] = ()) -> None:
    """A list and what adds to it, at one address."""
    view: Any = type(f"{made.__name__}List", (made, listed), {"__doc__": made.__doc__})
    reads(acts(view, f"desk_{name}_add"), f"desk_{name}_list", listed=True, filters=("after", "before", *filters))
    _at(address, view, f"{name}-list")


def _one(address: str, model: Any, name: str) -> None:
    view = type(f"One{model.__name__}", (reading.Thing,), {"model": model})
    _at(address, reads(view, f"desk_{name}"), name)


_at("", reads(reading.Root, "desk"), "root")
_both("claims/", reading.Claims, claims.RecordClaim, "claims", ("q", "stage", "status"))
_one("claims/<slug:key>/", Claim, "claim")
for verb, act in claims.ACTS.items():
    _act(f"claims/<slug:key>/{verb}/", act, "claim", verb)

for plural, (model, add, edit) in catalogue.CATALOGUE.items():
    name = plural.removesuffix("s")
    listed = type(f"{model.__name__}Things", (reading.Things,), {"model": model})
    adding = type(
        f"Add{model.__name__}", (catalogue.Add,), {"model": model, "body": add, "__doc__": catalogue.Add.__doc__}
    )
    editing = type(
        f"Edit{model.__name__}", (catalogue.Edit,), {"model": model, "body": edit, "__doc__": catalogue.Edit.__doc__}
    )
    _both(f"{plural}/", listed, adding, plural)
    _one(f"{plural}/<slug:key>/", model, name)
    _act(f"{plural}/<slug:key>/edit/", editing, name, "edit")
_act("subjects/<slug:key>/also-called/", catalogue.AlsoCalled, "subject", "also-called")
_act("subjects/<slug:key>/end-name/", catalogue.EndName, "subject", "end-name")
_act("origins/<slug:key>/descend/", catalogue.Descend, "origin", "descend")
_act("origins/<slug:key>/end-descent/", catalogue.EndDescent, "origin", "end-descent")
_act("sources/<slug:key>/retract/", catalogue.Retract, "source", "retract")
_act("sources/<slug:key>/watch/", catalogue.WatchSource, "source", "watch")
_act("sources/<slug:key>/archive/", catalogue.ArchiveSource, "source", "archive")
_act("sources/<slug:key>/apart/", catalogue.SetApart, "source", "apart")
_act("sources/<slug:key>/captures/", catalogue.CaptureSource, "source", "captures")
_act("sources/<slug:key>/passages/", catalogue.Quote, "source", "passages")
_at("sources/<slug:key>/captures/<slug:sha>/", reads(reading.CaptureOf, "desk_capture"), "capture")
_act("sources/<slug:key>/captures/<slug:sha>/regions/", catalogue.Mark, "capture", "regions")
_act("sources/<slug:key>/captures/<slug:sha>/end-region/", catalogue.EndRegion, "capture", "end-region")
_act("sources/<slug:key>/captures/<slug:sha>/read/", catalogue.ReadToTheEnd, "capture", "read")

_at(
    "proposals/",
    reads(reading.Proposals, "desk_proposals_list", listed=True, filters=("after", "before", "state")),
    "proposals-list",
)
_one("proposals/<slug:key>/", Proposal, "proposal")
for verb, decision in proposals.ACTS.items():
    _act(f"proposals/<slug:key>/{verb}/", decision, "proposal", verb)

_at(
    "reports/",
    reads(reading.Reports, "desk_reports_list", listed=True, filters=("after", "before", "state", "kind")),
    "reports-list",
)
_at("reports/<slug:key>/", reads(reading.OneReport, "desk_report"), "report")
for verb, told in reports.ACTS.items():
    _act(f"reports/<slug:key>/{verb}/", told, "report", verb)
