"""Filters of the admin's lists: the same lines as the work queue, for everybody or for what is in one's own hands."""

from django.contrib import admin

from ..queues import LINES, in_hands_of


class Needs(admin.SimpleListFilter):
    title = "needs"
    parameter_name = "needs"

    def lookups(self, request, model_admin):
        return [(line.name, line.title) for line in LINES if line.model is model_admin.model]

    def queryset(self, request, queryset):
        lines = (line for line in LINES if line.model is queryset.model and line.name == self.value())
        line = next(lines, None)
        return line.which(queryset, request.user) if line else queryset


class Whose(admin.SimpleListFilter):
    title = "whose"
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("mine", "In my hands")]

    def queryset(self, request, queryset):
        return in_hands_of(request.user, queryset) if self.value() == "mine" else queryset
