"""Rows of the catalogue: added and edited by their verbs. What readers see of one is changed by two people."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponseRedirect

from sources.comparing import row_moved
from sources.desk import is_number, seen_in
from sources.forms import AloneForm
from sources.models import Outlet
from sources.recording import acts_alone, may

from .acting import SEND, SENT, ActPages, done_or_sent, page_of, revised


class CatalogueForm(forms.ModelForm, AloneForm):
    """A row, and why a chief edits it alone."""


class CatalogueAdmin(ActPages):
    """The screen of one row."""

    form = CatalogueForm
    only_new: tuple[str, ...] = ()  # fields that are set when a row is added, and never again

    def get_fieldsets(self, request, obj=None):
        alone = obj is not None and _waits(request, obj) and may(request.user, "override")
        only_new = [] if obj else self.only_new
        return [(None, {"fields": [*(self.fields or []), *only_new, *(["override"] if alone else [])]})]

    def get_object(self, request, object_id, from_field=None):
        """The row; where an edit of it was sent back, as its author wants it."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "GET" and (proposal := revised(request)):
            for name, value in proposal.body.items():
                setattr(row, name, value)
        return row

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.model._default_manager.filter(pk=object_id).first() if is_number(object_id) else None
        context = {
            # Asked before the row is read to be shown: who then edits it in between makes this page a stale one.
            "seen": row and row.seen,
            "moved": row and self.moved(request, row),
            "send": SEND if row and _waits(request, row) else "",
            "waiting": row.proposals.waiting().for_list() if row else [],
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def moved(self, request, row):
        """What others did to the row since the page was made that is sent now."""
        fields = [str(name) for name in self.fields or ()]
        return row_moved(row, seen_in(request), fields) if request.method == "POST" else None

    def save_model(self, request, obj, form, change):
        fields = {name: value for name, value in form.cleaned_data.items() if name != "override"}
        if not change:
            added = type(obj)._default_manager.add(by=request.user, **fields)
            obj.__dict__.update(added.__dict__)
            return
        stored = type(obj)._default_manager.get(pk=obj.pk)
        changed = _plain(stored, fields)
        if not changed:
            raise ValidationError("This is how it stands already. Change what is wrong, then send it")
        override = form.cleaned_data.get("override", "")
        request.proposal = done_or_sent(request, stored, "edit", changed, seen=seen_in(request), override=override)

    def response_change(self, request, obj):
        if request.proposal is None:
            return super().response_change(request, obj)
        messages.success(request, SENT)
        return HttpResponseRedirect(page_of(obj))


def _waits(request, row) -> bool:
    """Whether what this editor writes of a row waits for a second editor."""
    return row.is_for_readers and not acts_alone(request.user)


def _plain(row: models.Model, fields: dict[str, Any]) -> dict[str, Any]:
    """The columns that an edit changes, with values that a proposal can keep."""
    columns = {
        f.attname: getattr(fields[f.name], "pk", fields[f.name]) for f in row._meta.concrete_fields if f.name in fields
    }
    return {name: value for name, value in columns.items() if getattr(row, name) != value}


@admin.register(Outlet)
class OutletAdmin(CatalogueAdmin):
    fields = ("name", "kind", "language", "url", "owner")
    list_display = ("name", "kind", "language", "key")
    search_fields = ("name", "key")
    list_filter = ("kind",)
