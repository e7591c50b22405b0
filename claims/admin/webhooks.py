from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from sources.desk import WorkingAdmin, is_number
from sources.recording import may, refuse_unless_may

from ..models import Delivery, DeliveryState, Endpoint, Event
from ..webhooks import WAITS, test

LOG = 50  # deliveries on one page
CHOICES = [(event.value, f"{event.value}: {event.label}") for event in Event if event != Event.TEST]


class EndpointForm(forms.Form):
    """Where a webhook goes, and what is told there."""

    url = forms.CharField(
        label="Address", max_length=1000, help_text="It begins with https:// and can be reached from everywhere."
    )
    types = forms.MultipleChoiceField(
        label="Events",
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Without any, all are told.",
    )
    description = forms.CharField(required=False, max_length=200, help_text="Whose it is, and what for.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("url", "description"):
            self.fields[name].widget.attrs["class"] = "vTextField"


@admin.register(Endpoint)
class EndpointAdmin(WorkingAdmin):
    """What is told to programs, where, and what came of it. For those who manage the desk alone."""

    list_display = ("key", "host", "description", "state", "made_at", "by")
    list_display_links = ("key", "host")
    search_fields = ("key", "url", "description")

    def has_module_permission(self, request):
        return may(request.user, "manage")

    has_add_permission = has_module_permission

    def has_view_permission(self, request, obj=None):
        return may(request.user, "manage")

    has_change_permission = has_view_permission

    @admin.display(description="state")
    def state(self, endpoint):
        return state_of(endpoint)

    def get_urls(self):
        view = self.admin_site.admin_view
        acts = [
            path(f"<int:pk>/{act}/", view(getattr(self, act)), name=f"webhook_{act}")
            for act in ("secret", "rotate", "test", "switch", "again")
        ]
        return [*acts, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        refuse_unless_may(request.user, "manage")

        def carry_out(data):
            return page_of(Endpoint.objects.add(by=request.user, **data))

        form = EndpointForm(request.POST if request.method == "POST" else None)
        done = "Added. Show its secret, hand it to the receiver, and send a test."
        return self.act_page(
            request, form, carry_out, title="Add a webhook", button="Add the webhook", template=PAGE, done=done
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not is_number(object_id):
            raise Http404

        def carry_out(data):
            endpoint.edit(by=request.user, **data)
            return page_of(endpoint)

        endpoint = self._endpoint(request, object_id)
        first = {"url": endpoint.url, "types": endpoint.types, "description": endpoint.description}
        form = EndpointForm(request.POST if request.method == "POST" else None, initial=first)
        return self._page(request, endpoint, form, carry_out)

    def secret(self, request, pk):
        """Shows the secret, once: the page is kept nowhere, and a second time there is nothing to show."""
        endpoint = self._endpoint(request, pk)
        try:
            return self._page(request, endpoint, secret=endpoint.show_secret(by=request.user))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(page_of(endpoint))

    def rotate(self, request, pk):
        done = "There is a new secret. The one before signs too for 24 hours: show the new one, and hand it over until then."
        return self._act(request, pk, lambda endpoint: endpoint.rotate(by=request.user), done)

    def test(self, request, pk):
        endpoint = self._endpoint(request, pk)
        delivery = test(endpoint)
        arrived = delivery.state == DeliveryState.DELIVERED
        say = messages.success if arrived else messages.error
        say(request, f"The test {'arrived' if arrived else 'did not arrive'}. {delivery.said}.")
        return HttpResponseRedirect(page_of(endpoint))

    def switch(self, request, pk):
        def act(endpoint):
            (endpoint.switch_on if endpoint.disabled_at else endpoint.switch_off)(by=request.user)

        return self._act(request, pk, act, "Switched.")

    def again(self, request, pk):
        def act(endpoint):
            number = request.POST.get("delivery", "")
            delivery = endpoint.deliveries.filter(pk=number if is_number(number) else 0).first()
            if delivery is None:
                raise ValidationError("This message was delivered, and is kept no more")
            delivery.again(by=request.user)

        return self._act(request, pk, act, "It is sent again soon, under the same id.")

    def _act(self, request, pk, act, done):
        endpoint = self._endpoint(request, pk)
        try:
            act(endpoint)
            messages.success(request, done)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(page_of(endpoint))

    def _endpoint(self, request, pk) -> Endpoint:
        refuse_unless_may(request.user, "manage")
        endpoint = get_object_or_404(Endpoint, pk=pk)
        if request.method != "POST" and not request.path.endswith("/change/"):
            raise PermissionDenied("This is done by the buttons of the webhook's page.")
        return endpoint

    def _page(self, request, endpoint, form=None, act=None, secret=""):
        first = {"url": endpoint.url, "types": endpoint.types, "description": endpoint.description}
        log = endpoint.deliveries.select_related("message__claim")
        before = request.GET.get("before", "")
        if is_number(before):
            log = log.filter(pk__lt=before)
        deliveries = list(log[: LOG + 1])
        return self.act_page(
            request,
            form or EndpointForm(initial=first),
            act,
            title=f"Webhook {endpoint.key}",
            button="Save",
            template=PAGE,
            obj=endpoint,
            done="Saved.",
            endpoint=endpoint,
            state=state_of(endpoint),
            secret=secret,
            deliveries=deliveries[:LOG],
            older=deliveries[LOG - 1].pk if len(deliveries) > LOG else None,
            tries=len(WAITS) + 1,
        )


PAGE = "admin/claims/endpoint/endpoint.html"


def page_of(endpoint) -> str:
    return reverse("admin:claims_endpoint_change", args=[endpoint.pk])


def state_of(endpoint: Endpoint) -> str:
    if endpoint.disabled_at:
        return "switched off"
    waiting = Delivery.objects.waiting().filter(endpoint=endpoint).count() if endpoint.failing else 0
    return f"failing, {waiting} waiting" if endpoint.failing else "on"
