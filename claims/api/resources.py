"""What every resource of the API is made of: a list by place, a thing at its address, now or as of a moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import django_filters as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from ..paging import NoSuchPlace, Order, page_of
from ..problems import unknown_parameter
from ..remembering import Moment, NotAMoment, remember

PLACES = ("after", "before")
AS_OF = extend_schema(parameters=[OpenApiParameter("as_of", str, description="A day, or a moment with its zone.")])


class Places(BasePagination):
    """Pages by place, with the parameters of the public pages: `after` and `before`."""

    def paginate_queryset(self, queryset, request, view=None):
        asked = {name: request.query_params.get(name, "") for name in PLACES}
        try:
            self.page = page_of(queryset, view.asked_order(), **asked)
        except NoSuchPlace:
            name = "before" if asked["before"] else "after"
            raise ValidationError({name: ["There is no such place in this list"]}) from None
        self.address = request.build_absolute_uri()
        return self.page.rows

    def get_paginated_response(self, data):
        following = self._at("after", self.page.older)
        return Response({"next": following, "previous": self._at("before", self.page.newer), "results": data})

    def _at(self, name, place):
        bare = remove_query_param(remove_query_param(self.address, "before"), "after")
        return replace_query_param(bare, name, place) if place else None

    def get_schema_operation_parameters(self, view):
        text = "The place, as `next` and `previous` of an answer name it"
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
            for name in PLACES
        ]

    def get_paginated_response_schema(self, schema):
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


class Resource(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A list by place, and each thing at its own address, now or as of a moment. A parameter that a list does not know is refused."""

    pagination_class = Places
    lookup_field = "key"
    lookup_value_regex = r"[-\w]+"
    order: Order

    def asked_order(self) -> Order:
        return self.order

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        known = {*PLACES, "as_of", *getattr(self, "filterset_class", filters.FilterSet).base_filters}
        for name in request.query_params:
            if self.action == "list" and name not in known:
                raise unknown_parameter(name, known)

    @AS_OF
    def list(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            return super().list(request, *args, **kwargs)

    @AS_OF
    def retrieve(self, request, *args, **kwargs):
        with self.at_the_moment_asked():
            [thing] = remember([self.get_object()])
            return Response(self.get_serializer(thing).data)

    def paginate_queryset(self, queryset):
        return remember(super().paginate_queryset(queryset) or [])

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
