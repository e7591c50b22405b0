"""What every resource of the API is made of: a list by place and a thing at its address, now or as of a moment, slim or with more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django_filters as filters
from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from ..paging import PAGE, NoSuchPlace, Order, page_of
from ..problems import no_such_place, refuse_unknown_parameters, unknown_name
from ..remembering import Moment, NotAMoment, remember

PLACES = ("after", "before")
LONGEST = 100  # things in one answer
CHOOSING = ("fields", "include")


class Places(BasePagination):
    """Pages by place, with the parameters of the public pages: `after` and `before`. Links to others stand in the header too (RFC 8288)."""

    def paginate_queryset(self, queryset, request, view=None):
        asked = {name: request.query_params.get(name, "") for name in PLACES}
        try:
            self.page = page_of(queryset, view.asked_order(), **asked, size=size_asked(request))
        except NoSuchPlace:
            raise no_such_place("before" if asked["before"] else "after") from None
        self.address = request.build_absolute_uri()
        return self.page.rows

    def get_paginated_response(self, data):
        following = self._at("after", self.page.older)
        previous = self._at("before", self.page.newer)
        links = {"first": self._bare(), "prev": previous, "next": following}
        told = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address)
        return Response({"next": following, "previous": previous, "results": data}, headers={"Link": told})

    def _at(self, name, place):
        return replace_query_param(self._bare(), name, place) if place else None

    def _bare(self):
        return remove_query_param(remove_query_param(self.address, "before"), "after")

    def get_schema_operation_parameters(self, view):
        text = "The place, as `next` and `previous` of an answer name it"
        places = [
            {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
            for name in PLACES
        ]
        size = {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": PAGE}
        how_many = {"name": "limit", "in": "query", "required": False, "description": "How many", "schema": size}
        return [*places, how_many]

    def get_paginated_response_schema(self, schema):
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


def size_asked(request) -> int:
    """How many things an answer is to hold."""
    asked = request.query_params.get("limit", "")
    if not asked:
        return PAGE
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LONGEST):
        raise ValidationError({"limit": [f"Enter a number from 1 to {LONGEST}"]})
    return int(asked)


@dataclass(frozen=True)
class More:
    """What `include=` adds to each thing of a resource: fetched with all of them at once, under a name of its own."""

    column: str
    queryset: Callable[[], Any]
    serializer: type[serializers.Serializer]
    many: bool = False  # only what a thing has few of

    def prefetch(self, name: str) -> Prefetch:
        return Prefetch(self.column, queryset=self.queryset(), to_attr=f"included_{name}")

    def of(self, name: str, row: Any) -> list[Any]:
        holder = row
        for step in self.column.split("__")[:-1]:
            holder = getattr(holder, step)
        found: Any = getattr(holder, f"included_{name}", None)
        return list(found) if self.many else [found] if found else []


class Included(serializers.Field):
    """What is nested in a thing because it was asked for by name; null where the thing has none."""

    def __init__(self, asked: dict[str, More]):
        super().__init__(source="*", read_only=True)
        self.asked = asked

    def to_representation(self, thing):
        said = {}
        for name, more in self.asked.items():
            found = more.of(name, thing)
            told = [more.serializer(row, context=self.context).data for row in found]
            said[name] = told if more.many else next(iter(told), None)
        return said


CHOICE = extend_schema(
    parameters=[
        OpenApiParameter("as_of", str, description="A day, or a moment with its zone."),
        OpenApiParameter("fields", str, description="Names of members, with commas: no others are given."),
        OpenApiParameter("include", str, description="Names of what is nested besides, in `included`, with commas."),
    ]
)


class AtAMoment:
    """A view that answers as of the moment that `as_of` names."""

    request: Any
    headers: Any

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


class Resource(AtAMoment, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A list by place, and each thing at its own address. A parameter that it does not know is refused."""

    pagination_class = Places
    metadata_class = None  # what there is, the schema says
    leads = {304: "It still stands as you have it"}
    lookup_field = "key"
    order: Order
    includes: dict[str, More] = {}

    @property
    def refuses(self) -> tuple[int, ...]:
        return (400, 406, 429) if self.action == "list" else (400, 404, 406, 429)

    def asked_order(self) -> Order:
        return self.order

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        known = {"as_of", *CHOOSING}
        if self.action == "list":
            known |= {*PLACES, "limit", *getattr(self, "filterset_class", filters.FilterSet).base_filters}
        refuse_unknown_parameters(request, known)

    @CHOICE
    def list(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            return super().list(request, *args, **kwargs)

    @CHOICE
    def retrieve(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            [thing] = self.recall([self.get_object()])
            return Response(self.get_serializer(thing).data)

    def filter_queryset(self, queryset):
        more = [more.prefetch(name) for name, more in self.included().items()]
        return super().filter_queryset(queryset).prefetch_related(*more)

    def paginate_queryset(self, queryset):
        return self.recall(super().paginate_queryset(queryset) or [])

    def recall(self, rows: Any) -> Any:
        """Things, and what is nested in them, as they were at the moment that is asked for."""
        remember(rows)
        for name, more in self.included().items():
            remember([found for row in rows for found in more.of(name, row)])
        return rows

    def included(self) -> dict[str, More]:
        return {name: self.includes[name] for name in self.asked("include", set(self.includes))}

    def asked(self, parameter: str, known: set[str]) -> tuple[str, ...]:
        """The names that a parameter lists, each once; another name is refused with the nearest."""
        names = dict.fromkeys(filter(None, self.request.query_params.get(parameter, "").split(",")))
        for name in names:
            if name not in known:
                raise unknown_name(parameter, name, known)
        return tuple(names)

    def get_serializer(self, *args, **kwargs):
        """It says the members that are asked for, and what is to be included."""
        serializer = super().get_serializer(*args, **kwargs)
        members: Any = getattr(serializer, "child", serializer).fields  # type: ignore[union-attr]
        if wanted := self.asked("fields", set(members)):
            for name in set(members) - set(wanted):
                members.pop(name)
        if included := self.included():
            members["included"] = Included(included)
        return serializer
