"""The admin's manners: every screen writes through a verb, and a refusal is a sentence at the field that it is about."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse

from .models import Change, Via
from .recording import may, through

LEDGER = 200  # changes on one page

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


def in_words(error: IntegrityError) -> ValidationError:
    """What the database refused. Our constraints are named as sentences, and our triggers speak in them."""
    named = re.search(r"constraint(?: failed:)? \"?([a-z]+(?:_[a-z]+){2,})", str(error))
    if named:
        return ValidationError(f"This is refused: {named[1].replace('_', ' ')}")
    return ValidationError(
        f"This is refused: {str(error).partition(chr(10))[0].partition(': ')[2] or 'it is there already'}"
    )


def is_number(text: str) -> bool:
    """Whether a text is a number that a column of numbers takes."""
    return text.isascii() and text.isdigit() and len(text) < 19


def seen_in(request) -> int:
    """The number of the change that made what the editor had before them; 0 where the page does not say."""
    number = request.POST.get("seen", "")
    return int(number) if is_number(number) else 0


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
    view_on_site = False  # what readers see, our own pages link
    actions = None

    @property
    def media(self):
        # Stock admin's scripts stand on jQuery, which sets inline styles; our policy has none, and our screens need none.
        script: Any = forms.Script("desk/a11y.js", type="module")  # a module waits for the page that it mends
        return forms.Media(css={"all": ["desk/admin.css"]}, js=[script])

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
        except (ValidationError, IntegrityError) as refusal:
            request.refusal = refusal if isinstance(refusal, ValidationError) else in_words(refusal)
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = 422
            return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # An id of the address that no number column takes would be an error of the database.
        if not is_number(object_id):
            raise Http404
        return super().change_view(request, object_id, form_url, extra_context)

    def refuse_to_edit(self, request, object_id, why: str) -> None:
        """Of what is only looked at on its page, and acted on by pages of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_number(object_id):
            raise Http404
        if request.method != "GET":
            raise PermissionDenied(why)

    def history_view(self, request, object_id, extra_context=None):
        """The ledger of one thing: who did what, when, and approved by whom."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = self.get_object(request, object_id) if is_number(object_id) else None
        if thing is None:
            raise Http404
        changes = Change.objects.about(*self.ledger_of(thing)).select_related("by", "approved_by").order_by("-id")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": thing,
            "title": f"The ledger of {thing}",
            "changes": changes[:LEDGER],
            "more": changes.count() - LEDGER,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ledger.html", context)

    def ledger_of(self, thing) -> tuple[str, str]:
        """By which kind and key the ledger names a thing."""
        return str(self.opts.model_name), thing.key

    def log_addition(self, request, obj, message):
        """Not needed: the ledger of changes says who did what."""

    def log_change(self, request, obj, message):
        """Not needed: the ledger of changes says who did what."""

    def act_page(self, request, form, act, *, title, button, template="admin/act.html", obj=None, done="", **context):
        """A page with one form that carries out one verb, and keeps what was typed when the verb refuses.

        Without `act` the form is shown as it was sent.
        """
        status = 200
        if request.method == "POST" and act:
            if form.is_valid():
                try:
                    with transaction.atomic():
                        address = act(form.cleaned_data)
                    if done:
                        messages.success(request, done)
                    return HttpResponseRedirect(address)
                except ValidationError as refusal:
                    refuse(form, refusal)
                except IntegrityError as error:
                    refuse(form, in_words(error))
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


class WorkingAdmin(DeskAdmin):
    """A screen of working papers: they are no part of the record, and have no ledger."""

    def history_view(self, request, object_id, extra_context=None):
        raise Http404
