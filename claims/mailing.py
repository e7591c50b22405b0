"""Mails to readers who follow: whether they meant it, and then what changed. Each in their own language, in plain text."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from .models import Claim, Event, Follower, Message, Status
from .telling import MAILED

log = logging.getLogger(__name__)
MOST = 50  # changes that one mail names
REFUSALS = 5  # of an address in a row, after which it is forgotten
AGAIN = timedelta(
    minutes=5
)  # after which a mail that could not be sent is tried again; of a refused address, ever later


def sends_mail() -> bool:
    """Whether this desk has a way to send mail."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def write(*, limit: int) -> Iterator[Follower]:
    """Sends the mails that are due. One that is cut off between a mail and its note sends that mail once more, and never none."""
    for make, due in ((_invitation, Follower.objects.to_invite()), (_news, Follower.objects.due())):
        for follower in list(due.select_related("claim__wording")[:limit]):
            if not follower.take():
                continue
            with translation.override(follower.language):
                mail = make(follower)
            try:
                if mail:
                    mail.send()
            except SMTPRecipientsRefused:
                _refused(follower)
                continue
            except ValueError:  # one that no mail can be written to keeps no other waiting
                log.error("No mail can be addressed to %s", follower)
                _refused(follower)
                continue
            except (OSError, SMTPException):
                log.exception("Mails are not taken: one to %s could not be sent", follower)
                _put_off(follower, AGAIN)
                return
            _note(follower)
            if mail:
                yield follower


def _refused(follower: Follower) -> None:
    """An address that is refused again and again is none any more."""
    follower.refusals += 1
    if follower.refusals >= REFUSALS:
        follower.delete()
    else:
        _put_off(follower, AGAIN * 2 ** (2 * follower.refusals))


def _put_off(follower: Follower, wait: timedelta) -> None:
    Follower.objects.filter(pk=follower.pk).update(refusals=follower.refusals, next_at=timezone.now() + wait)


def _note(follower: Follower) -> None:
    # What is newer by now stays to be told: only what this mail was made of is noted.
    mine = Follower.objects.filter(pk=follower.pk)
    if follower.confirmed_at is None:
        mine.update(invited_at=timezone.now(), refusals=0)
    else:
        mine.update(told=follower.newest, next_at=follower.after_a_mail(), refusals=0)


def _invitation(follower: Follower) -> EmailMessage:
    link = _whole(reverse("follow-confirm", args=[follower.token]))
    what = _what(follower)
    text = [
        gettext("Somebody, perhaps you, asked FactDesk to write to this address: {what}.").format(what=what),
        gettext("If you want that, open this address and say so there. It is good for three days:") + f"\n{link}",
        gettext("If you do not, do nothing. We write no more, and forget your address."),
    ]
    return _mail(follower, gettext("Do you want mail from FactDesk?"), text, f"ask-{follower.key[:8]}")


def _news(follower: Follower) -> EmailMessage | None:
    """What readers see now of what changed; none where they see nothing of it any more."""
    changed = Message.objects.filter(type__in=MAILED, change__gt=follower.told, change__lte=follower.newest)
    if follower.claim_id:
        changed = changed.filter(claim=follower.claim_id)
    rows = changed.select_related("claim__wording", "claim__merged_into__wording").order_by("change", "id")
    said = [entry for row in rows[: MOST + 1] if (entry := _entry(row))]
    if not said:
        return None
    more = changed.count() > MOST
    news = said[:MOST]
    stop = _whole(reverse("follow-stop", args=[follower.key]))
    end = [
        "-- ",
        gettext("You get this mail because you follow on FactDesk: {what}.").format(what=_what(follower)),
        gettext("To stop, open this address:") + f" {stop}",
    ]
    listed = [f"{title}\n{link}" for title, link in news]
    if more:
        listed.append(gettext("There are more changes:") + f" {_whole(reverse('changes'))}")
    subject = (
        news[0][0]
        if len(news) == 1
        else ngettext("%(n)d change on FactDesk", "%(n)d changes on FactDesk", len(news)) % {"n": len(news)}
    )
    mail = _mail(follower, subject, [*listed, "\n".join(end)], f"news-{follower.key[:8]}-{follower.newest}")
    # RFC 8058: a mail program has a button for it, which asks nothing more.
    mail.extra_headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return mail


def _entry(row: Message) -> tuple[str, str] | None:
    """What happened, in one neutral sentence, and where it is read."""
    claim: Claim = row.claim  # type: ignore[assignment]
    link = _whole(claim.get_absolute_url())
    if row.type == Event.WITHDRAWN and claim.stage == "withdrawn":
        return gettext("{key} was withdrawn.").format(key=claim.key), link
    if row.type == Event.MERGED and claim.heir.public:
        return gettext("{key} is now part of {other}.").format(key=claim.key, other=claim.heir.key), link
    if not claim.public or row.type in {Event.WITHDRAWN, Event.MERGED}:
        return None
    told = json.loads(row.payload)["data"]
    before, now = (_label(told.get(name)) for name in ("from", "to"))
    said = {"claim": " ".join(claim.words.split()), "before": before, "status": now or _label(claim.status)}
    if claim.is_opinion:
        said["status"] = gettext("Opinion")
    return {
        Event.PUBLISHED: gettext("New: {status}: {claim}"),
        Event.STATUS: gettext("{before} → {status}: {claim}"),
        Event.CORRECTED: gettext("We corrected an error of ours. {status}: {claim}"),
        Event.REPLIED: gettext("What came of asking for a reply. {status}: {claim}"),
    }[Event(row.type)].format(**said), link


def _label(status: str | None) -> str:
    return str(Status(status).label) if status in Status.values else ""


def _what(follower: Follower) -> str:
    if follower.claim is None:
        return gettext("all changes")
    words = f": {' '.join(follower.claim.words.split())}" if follower.claim.public else ""
    return gettext("changes of the claim {key}").format(key=follower.claim.key) + words


def _mail(follower: Follower, subject: str, paragraphs: list[str], name: str) -> EmailMessage:
    host = urlsplit(settings.FACTDESK_ADDRESS).hostname
    # The same mail has the same id when it is sent once more, so that mail programs show it once.
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject[:200], "\n\n".join(paragraphs) + "\n", None, [follower.address], headers=headers)


def _whole(path: str) -> str:
    return settings.FACTDESK_ADDRESS + path
