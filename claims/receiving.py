"""What is let in from readers, who have no cookie: from a page of ours, and not too often from one place."""

import ipaddress
import time
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, gettext_lazy

HOUR, DAY = 3600, 24 * 3600
FROM_ONE, FROM_ALL = 5, 200  # forms of one kind in an hour
TO_ONE = 5  # mails that forms ask for, in a day


def from_here(request) -> bool:
    """Whether a form was sent from a page of this desk, as the browser says.

    Readers get no cookie, so there is no token to compare, and nothing that another site could abuse in their name: a
    report is sent by nobody in particular. What is left to refuse is another site that sends reports from its visitors'
    browsers, to get around the limit. Browsers name the page's origin with every such form, or its address, and no script
    can make them name another; our own referrer policy (same-origin) lets them. Who sends neither is refused too.
    """
    told = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(told)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def refuse_from_elsewhere(request) -> None:
    """A form of readers is taken from a page of this desk alone."""
    if not from_here(request):
        raise PermissionDenied(
            gettext("This form was not sent from a page of ours. Open the form here and send it again.")
        )


class ReaderForm(forms.Form):
    """A form of readers that asks for their mail address."""

    website = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"
        self.order_fields(name for name in list(self.fields) if name != "website")  # which comes last
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    def clean_website(self):
        """A field that nobody sees is filled in by programs; who did it by accident is told, and loses nothing."""
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("Leave the last field empty"))
        return ""


def address_of(request) -> str:
    """Where a request comes from. Only what the operator's own proxies wrote down is believed, and none by default."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies = settings.FACTDESK_PROXIES
    told = hops[-proxies] if 0 < proxies <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    # Whoever has one address of version 6 has a whole network of them.
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), strict=False))


def seconds_to_wait(request, what: str = "reports") -> int:
    """How long this place must wait before it may send another form; 0 where it may now, and then it is counted."""
    for whose, most in ((place_of(request), FROM_ONE), ("all", FROM_ALL)):
        if wait := seconds_over(f"{what}:{whose}", most, HOUR):
            return wait
    return 0


def is_written_to_often(address: str) -> bool:
    """Whether forms asked for mails to this address more often today than anybody does who can read them."""
    whose = salted_hmac("claims.receiving", address.lower()).hexdigest()
    return bool(seconds_over(f"mails:{whose}", TO_ONE, DAY))


def place_of(request) -> str:
    """Where a request comes from, as a name from which no address of a reader is read."""
    return salted_hmac("claims.receiving", address_of(request)).hexdigest()


def seconds_over(name: str, most: int, span: int) -> int:
    """Counts one more of these, of which there may be so many in a span; how long it is too many for, else 0.

    The counts are in the cache: nothing is written to the database.
    """
    now = int(time.time())
    counted = f"{name}:{now // span}"
    cache.add(counted, 0, span)
    try:
        count = cache.incr(counted)
    except ValueError:  # it ran out between the two
        return 0
    return span - now % span if count > most else 0
