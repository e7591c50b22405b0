"""The admin's manners: every screen writes through a verb, and a refusal is a sentence at the field that it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse

from .models import Via
from .recording import may, through

WIDGETS: dict[Any, Any] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 60})},
    models.URLField: {"assume_scheme": "https"},
}


def by_admin(view: Callable[..., Any]) -> Callable[..., Any]:
    """What a view does comes in by the door of the admin."""

    @wraps(view)
    def inside(*args, **kwargs):
        with through(Via.ADMIN):
            return view(*args, **kwargs)

    return inside


def refuse(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Hangs a verb's refusal on the field it is about, or on the whole form."""
    found = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    for name, sentences in found.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class Refusable:
    """A form that shows what a verb refused after it was found to be in order."""

    refusal: ValidationError | None = None

    def clean(self):
        data = super().clean()  # type: ignore[misc]
        if self.refusal:
            refuse(self, self.refusal)  # type: ignore[arg-type]
        return data


class DeskAdmin(admin.ModelAdmin):
    """A screen of the record: roles decide, nothing is deleted, nothing is saved past a verb."""

    formfield_overrides = WIDGETS
    list_per_page = 25
    show_full_result_count = False
    actions = None

    @property
    def media(self):
        # Stock admin's scripts stand on jQuery, which sets inline styles; our policy has none, and our screens need none.
        return forms.Media(css={"all": ["desk/admin.css"]}, js=["desk/a11y.js"])

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # its buttons need those scripts
        return field

    def has_module_permission(self, request):
        return may(request.user, "record")

    def has_view_permission(self, request, obj=None):
        return may(request.user, "record")

    def has_add_permission(self, request):
        return may(request.user, "record")

    def has_change_permission(self, request, obj=None):
        return may(request.user, "record")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (Refusable, form), {"refusal": getattr(request, "refusal", None)})

    @by_admin
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            request.refusal = refusal
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = 422
            return response

    def log_addition(self, request, obj, message):
        """Not needed: the ledger of changes says who did what."""

    def log_change(self, request, obj, message):
        """Not needed: the ledger of changes says who did what."""

    def act_page(self, request, form, act, *, title, button, template="admin/act.html", obj=None, done="", **context):
        """A page with one form that carries out one verb, and keeps what was typed when the verb refuses."""
        status = 200
        if request.method == "POST":
            if form.is_valid():
                try:
                    with transaction.atomic():
                        address = act(form.cleaned_data)
                    messages.success(request, done)
                    return HttpResponseRedirect(address)
                except ValidationError as refusal:
                    refuse(form, refusal)
            status = 422
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": title,
            "button": button,
            "form": form,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, template, context, status=status)


class CatalogueForm(forms.ModelForm):
    override = forms.CharField(
        required=False,
        label="Why this is edited without a second editor",
        help_text="Readers see this. Only a chief may edit it alone, with a reason that stays in the ledger.",
    )


class CatalogueAdmin(DeskAdmin):
    """A row of the catalogue: added and edited by its verbs. Where readers see it, one person alone needs a chief's override."""

    form = CatalogueForm

    def get_fieldsets(self, request, obj=None):
        public = obj is not None and obj.is_public
        return [(None, {"fields": [*(self.fields or []), *(["override"] if public else [])]})]

    def save_model(self, request, obj, form, change):
        fields = {name: value for name, value in form.cleaned_data.items() if name != "override"}
        if change:
            stored = type(obj)._default_manager.get(pk=obj.pk)
            stored.edit(by=request.user, override=form.cleaned_data.get("override", ""), **fields)
        else:
            added = type(obj)._default_manager.add(by=request.user, **fields)
            obj.__dict__.update(added.__dict__)
