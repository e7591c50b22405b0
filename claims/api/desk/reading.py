"""What tokens read: the desk as its editors see it, drafts and all."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from sources.models import Origin, Outlet, Source

from ...models import Claim, Proposal, Report, ReportKind, ReportState, Stage, State, Status, Subject
from ...paging import by_key
from ...problems import NOTHING_HERE, refuse_unknown_parameters
from ..resources import PLACES, Places
from .acting import DeskView
from .answers import in_list
from .fields import capture_of

NEWEST = by_key("-id")
JOINED: dict[type, tuple[str, ...]] = {
    Claim: ("wording",),
    Source: ("outlet",),
    Outlet: ("owner",),
    Origin: ("outlet",),
    Subject: (),
    Report: (),
}


class Things(DeskView):
    """A list, the newest first. It takes the scope to read."""

    model: Any
    filters: dict[str, tuple[str, list[str]]] = {}
    search = False

    def get(self, request):
        if self.model is not Proposal:
            self.refuse_unless_it_reads_all()
        asked = request.query_params
        refuse_unknown_parameters(request, {*PLACES, *self.filters, *(["q"] if self.search else [])})
        rows = self.sight.of(self.model)
        rows = rows.for_list() if self.model is Proposal else rows.select_related(*JOINED[self.model])
        for name, (column, values) in self.filters.items():
            if name in asked:
                if asked[name] not in values:
                    raise ValidationError({name: [f"This is one of {', '.join(values)}."]})
                rows = rows.filter(**{column: asked[name]})
        if self.search and asked.get("q", "").strip():
            rows = rows.found(asked["q"], by_editors=True)
        pages = Places()
        found = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([in_list(thing, request) for thing in found])

    def asked_order(self):
        return NEWEST


class Claims(Things):
    model = Claim
    filters = {"stage": ("stage", Stage.values), "status": ("status", Status.values)}
    search = True


class Proposals(Things):
    """What waits for a second editor, and what became of it; without the scope to read, one's own."""

    model = Proposal
    filters = {"state": ("state", State.values)}


class Reports(Things):
    """What readers told the desk. For editors alone: it takes the scope `approve` and the one to read."""

    model = Report
    filters = {"state": ("state", ReportState.values), "kind": ("kind", ReportKind.values)}

    def get(self, request):
        self.refuse_unless_it_reads_reports()
        return super().get(request)


class Thing(DeskView):
    """One thing, with the tag that an act on it must name."""

    model: Any

    def get(self, request, key):
        return self.told(self.thing_of(self.model, key=key))


class OneReport(Thing):
    """What one reader told the desk, and what was answered."""

    model = Report

    def get(self, request, key):
        self.refuse_unless_it_reads_reports()
        return super().get(request, key)


class CaptureOf(DeskView):
    """A kept text, with its regions and its passages."""

    def get(self, request, key, sha):
        capture = capture_of(self.sight, key, sha)
        if capture is None:
            raise Http404(NOTHING_HERE)
        return self.told(capture)


class Root(DeskView):
    """Who the token acts for, and how far it reaches."""

    def get(self, request):
        token = self.token
        return Response(
            {
                "url": request.build_absolute_uri(),
                "account": self.user.username,
                "token": str(token),
                "scopes": [scope.value for scope in token.scopes],
                "expires_at": token.expires_at,
            }
        )
