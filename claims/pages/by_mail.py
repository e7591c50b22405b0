"""Readers follow by mail: a form without cookie and script, the page that confirms an address, and the one that ends it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ..concealing import of_one_reader, unlisted
from ..mailing import sends_mail
from ..models import Claim, Follower
from ..models.followers import How
from ..problems import too_many
from ..receiving import ReaderForm, is_written_to_often, refuse_from_elsewhere, seconds_to_wait


class FollowForm(ReaderForm):
    """Where mail goes, and how often."""

    address = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Only our program sees it. It is forgotten when you stop."),
        error_messages={
            "required": gettext_lazy("Enter your e-mail address"),
            "invalid": gettext_lazy("Enter an address like name@example.org"),
        },
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=How.choices,
        initial=How.AT_ONCE,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how often"),
            "invalid_choice": gettext_lazy("Choose how often"),
        },
    )

    def clean_address(self):
        """One way to write it, so that it is counted once; and one that a mail can be addressed to."""
        name, _, domain = self.cleaned_data["address"].rpartition("@")
        try:
            address = f"{name}@{domain.encode('idna').decode().lower()}"
            validate_email(address)
        except (UnicodeError, ValidationError):
            address = ""
        if not address.isprintable() or not address:
            raise ValidationError(self.fields["address"].error_messages["invalid"])
        return address


@csrf_exempt
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request):
    """The form. The answer is the same whether or not the address is known: nobody looks before it is confirmed."""
    if not sends_mail():
        raise Http404
    key = request.GET.get("claim", "")
    claim = get_object_or_404(Claim.objects.public().select_related("wording"), key=key) if key else None
    form = FollowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        refuse_from_elsewhere(request)
        if form.is_valid():
            if wait := seconds_to_wait(request, "follows"):
                return too_many(request, wait)
            address = form.cleaned_data["address"]
            if not is_written_to_often(address):
                Follower.objects.ask(address, claim=claim, how=form.cleaned_data["how"])
            return HttpResponseRedirect(reverse("follow-sent"), status=303)
    wrong = form.is_bound and not form.is_valid()
    return unlisted(render(request, "follow.html", {"form": form, "claim": claim}, status=422 if wrong else 200))


@require_safe
def sent(request):
    """What happens next, to whoever sent the form."""
    return unlisted(render(request, "follow_said.html", {"state": "sent"}))


@csrf_exempt  # the link is all that is needed, and no other site has it
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token):
    """The link of the mail that asks. Only its button confirms: programs that look at every link of a mail press none."""
    follower = Follower.objects.by_token(token)
    if follower is None:
        return _said(request, "expired", status=404)
    if request.method == "POST":
        follower.confirm()
    return _said(request, "confirmed" if follower.confirmed_at else "confirm", follower)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, key):
    """The link of every mail. A person presses its button; a mail program sends the form by itself (RFC 8058)."""
    follower = Follower.objects.confirmed().select_related("claim").filter(key=key).first()
    if follower and request.method == "POST":
        follower.delete()
        follower = None
    return _said(request, "stop" if follower else "stopped", follower)


def _said(request, state: str, follower: Follower | None = None, status: int = 200):
    return of_one_reader(render(request, "follow_said.html", {"state": state, "follower": follower}, status=status))
