from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from sources.desk import DeskAdmin, is_number, refuse
from sources.recording import may, refuse_unless_may

from ..concealing import kept_nowhere
from ..models import Scope, Token
from ..models.tokens import scope_is_of

DAYS = [("30", "30 days"), ("90", "90 days"), ("366", "a year")]


class TokenForm(forms.Form):
    """What a program may do in the name of its maker, and for how long."""

    name = forms.CharField(max_length=80, label="What it is for", help_text="So that you know it again.")
    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="It may",
        help_text="No more than the program needs. Your role limits it too, as it is at the time.",
    )
    days = forms.ChoiceField(choices=DAYS, initial="90", label="It ends after")

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        scopes: forms.MultipleChoiceField = self.fields["scopes"]  # type: ignore[assignment]
        scopes.choices = [(s.value, s.label) for s in Scope if scope_is_of(user, s)]


@admin.register(Token)
class TokenAdmin(DeskAdmin):
    """Everybody makes and revokes their own; who manages the desk sees and revokes all."""

    list_display = ("shown_start", "name", "user", "may_do", "state", "expires_at", "used_at")
    list_display_links = ("shown_start", "name")
    list_select_related = ("user",)
    fields = ("shown_start", "name", "user", "may_do", "state", "made_at", "expires_at", "used_at")
    readonly_fields = ("shown_start", "may_do", "state", "made_at", "used_at")
    change_form_template = "admin/claims/token/change_form.html"

    def get_queryset(self, request):
        found: Any = super().get_queryset(request)
        return found.seen_by(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        raise PermissionDenied("A token has no history: it is no part of the record.")

    @admin.display(description="begins with", ordering="shown")
    def shown_start(self, token):
        return str(token)

    @admin.display(description="may")
    def may_do(self, token):
        return ", ".join(str(scope.label) for scope in token.scopes)

    @admin.display(description="state")
    def state(self, token):
        if token.revoked_at:
            return "revoked"
        if not token.user.is_active:
            return "stopped: its account is closed"
        return "valid" if token.is_valid else "over"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [path("<int:pk>/revoke/", view(self.revoke), name="token_revoke"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        """The one page that ever shows a token: the answer to the form that made it."""
        refuse_unless_may(request.user, "record")
        form = TokenForm(request.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            ends = timezone.now() + timedelta(days=int(data["days"]))
            try:
                token, secret = Token.objects.make(
                    by=request.user, name=data["name"], scopes=data["scopes"], expires_at=ends
                )
            except ValidationError as refusal:
                refuse(form, refusal)
            else:
                return self._made(request, token, secret)
        return self.act_page(request, form, None, title="Make an API token", button="Make this token")

    def _made(self, request, token, secret):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": token,
            "title": "Copy your token now",
            "secret": secret,
            "media": self.media,
        }
        return kept_nowhere(TemplateResponse(request, "admin/claims/token/made.html", context))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        standing = Token.objects.seen_by(request.user).filter(revoked_at__isnull=True)
        context = {"may_revoke": is_number(object_id) and standing.filter(pk=object_id).exists()}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def revoke(self, request, pk):
        if not may(request.user, "record"):
            raise PermissionDenied
        token = get_object_or_404(self.get_queryset(request), pk=pk)

        def end(data):
            token.revoke(by=request.user)
            return reverse("admin:claims_token_changelist")

        return self.act_page(
            request,
            forms.Form(request.POST or None),
            end,
            title=f"Revoke {token}",
            button="Revoke it for good",
            obj=token,
            done=f"{token} is revoked. What it did stands.",
        )
