"""Webhooks: what programs are told of, how it is signed, how often it is tried, and what never goes out."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from claims import interchange, telling, webhooks
from claims.models import Cited, Corrected, Delivery, Endpoint, Event, Message, ReplyRequest, Told
from claims.models.webhooks import OVERLAP
from claims.telling import forget_what_arrived, messages_of, tell
from claims.webhooks import GIVEN_UP, TIRED, WAITS, deliver, signed
from sources.anchoring import find_again
from sources.models import Change, Sighting

from ..making import (
    UPDATE,
    answered,
    assess,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(outside):
    """A machine that is told."""
    return outside


def make_endpoint(receiver, path="hook", **fields):
    url = f"http://127.0.0.1:{receiver.server_port}/{path}"
    return Endpoint.objects.add(**{"by": make_chief(), "url": url} | fields)


def all_of_it():
    """What is due now, and what would be later."""
    while tell():
        pass
    Delivery.objects.waiting().update(next_at=timezone.now())
    return [delivery.said for delivery in deliver(limit=1000)]


def told():
    return [json.loads(m.payload) for m in Message.objects.order_by("id")]


def types():
    while tell():
        pass
    return [str(m.type) for m in Message.objects.order_by("id")]


# -- what is told


def test_what_becomes_of_a_claim_is_told_in_order_each_as_one_event(receiver):
    make_endpoint(receiver)
    claim = make_claim()
    assess(claim, "disputed")
    claim.reword("H", "The bridge was not inspected.", **UPDATE, **two())
    error = Corrected("correction", "We misread it.")
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    assess(claim, "unverified", code="our_error", correcting=Corrected("correction", "Too soon."))
    claim.hold("legal", because="A letter.", **two())
    claim.lift("legal", because="Settled.", **two())
    claim.withdraw(because="Asked to.", **two())
    # What readers do not see any more when it is told was never told: only that it is gone.
    assert types() == ["claim.hidden", "claim.withdrawn"]


def test_each_event_says_what_readers_saw(receiver):
    make_endpoint(receiver)
    claim = make_claim()
    assert types() == ["claim.published"]
    assess(claim, "disputed")
    claim.reword("H", "The bridge was not inspected.", **UPDATE, **two())
    error = Corrected("correction", "We misread it.")
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    assess(claim, "unverified", code="our_error", correcting=Corrected("correction", "Too soon."))
    assert types()[1:] == [
        *("claim.status_changed", "claim.updated", "claim.corrected"),
        *("claim.status_changed", "claim.corrected"),
    ]
    first, second = told()[:2]
    assert first["data"]["from"] is None and first["data"]["to"] == "unverified"
    change = Change.objects.get(verb="assess", pk=Message.objects.all()[1].change_id)
    assert second == {
        "type": "claim.status_changed",
        "timestamp": change.recorded_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "claim": claim.key,
            "from": "unverified",
            "to": "disputed",
            "version": 2,
            "change": change.public_number,
            "url": f"http://127.0.0.1:8000/api/v1/claims/{claim.key}/",
            "html_url": f"http://127.0.0.1:8000/claims/{claim.key}/#v2",
        },
    }


def test_a_claim_that_is_seen_again_is_told_as_new_with_the_status_that_was_seen_last(receiver):
    make_endpoint(receiver)
    claim = make_claim()
    claim.hold("legal", because="A letter.", **two())
    assess(claim, "disputed")
    assert types() == ["claim.hidden"]
    claim.refresh_from_db()
    claim.lift("legal", because="Settled.", **two())
    assert types() == ["claim.hidden", "claim.published"]
    assert [told()[1]["data"][name] for name in ("from", "to")] == ["unverified", "disputed"]


def test_a_claim_that_was_merged_names_the_one_that_took_it_in(receiver):
    make_endpoint(receiver)
    one, other = make_claim(), make_claim("They say the same.")
    types()
    one.merge(other, because="They are one.", **two())
    assert types()[2:] == ["claim.updated", "claim.merged"]
    assert (told()[3]["data"]["claim"], told()[3]["data"]["into"]) == (one.key, other.key)


def test_replies_and_sources_are_told_too(receiver):
    make_endpoint(receiver)
    claim = make_claim()
    asked = {"channel": "email", "questions": "Is it?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name="Lac", **asked, **two())
    claim.answer(request.key, "declined", **two())
    claim.ask(to_name="The builder", why_not="He died.", **two())
    passage = claim.appearances.get().passage
    source = passage.capture.source
    source.refresh_from_db()
    source.edit(title="Another title", **two())
    source.retract(because="They said so.", **two())
    later = source.capture(b"The bridge was often inspected.", by=make_reporter())
    Sighting.of(
        passage, later, find_again(passage.capture.text, passage.start, passage.end, later.text), by=make_reporter()
    )
    assert types() == ["claim.published", "reply.requested", "reply.recorded", *["source.changed"] * 3]
    assert [m["data"].get("outcome") for m in told()[1:3]] == [None, "declined"]
    assert [m["data"]["what"] for m in told()[3:]][:2] == ["edited", "retracted"]
    assert told()[5]["data"]["what"] in {"quote_altered", "quote_missing"}
    assert not any("Lac" in json.dumps(m) or "builder" in json.dumps(m) for m in told())


def test_nothing_is_told_of_what_readers_do_not_see(receiver):
    """A canary in every word of what is hidden, and not one key of it."""
    make_endpoint(receiver)
    shown = make_claim()
    types()
    before = Message.objects.count()
    hidden = [make_draft("zq A draft.", passage=make_passage("zq quote", title="zq title"))]
    gated = make_draft("zq He is ill.", sensitivity="health")
    gated.publish(**two())
    assess(gated, "disputed", because="zq why")
    held = make_draft("zq Held.")
    ends = timezone.now() + timedelta(days=1)
    held.hold("embargo", because="zq", ends_at=ends, **two())
    held.publish(**two())
    shown.propose("reword", by=make_reporter(), headline="zq", statement="zq", **UPDATE)
    secret = make_passage("zq confidential", confidential=True)
    shown.appear(secret, "asserts", **two())
    private = make_subject("zq somebody", private_person=True)
    draft = make_draft("zq About somebody.", subjects=[private])
    draft.ask(to_name="zq", why_not="zq", by=make_reporter())
    secret.capture.source.edit(title="zq other", by=make_reporter())
    hidden += [gated, held, draft]
    types()
    assert Message.objects.count() == before
    assert not any("zq" in m.payload or h.key in m.payload for m in Message.objects.all() for h in hidden)


def test_a_source_that_has_no_page_is_not_told_though_its_origin_is_named(receiver):
    make_endpoint(receiver)
    source, claim = make_source(), make_claim()
    assess(claim, "disputed", citing=[Cited("contradicts", reference="A letter", origin_id=source.origin_id)])
    before = types()
    source.edit(title="Another title", **two())
    assert Change.objects.latest("id").public_number and types() == before


def test_of_a_claim_that_was_hidden_before_it_was_told_no_request_is_told(receiver):
    make_endpoint(receiver)
    hidden, seen = make_claim(), make_claim("Another claim.")
    asked = {"channel": "email", "questions": "Why?", "asked_on": "2026-01-01", "deadline": "2026-01-02"}
    request = ReplyRequest.objects.ask([hidden, seen], to_name="The office", **asked, **two())
    request.answer("no_reply", **two())
    hidden.hold("legal", because="A letter.", **two())
    while tell():
        pass
    of_each = {(m["type"], m["data"]["claim"]) for m in told()}
    assert {key for event, key in of_each if event.startswith("reply.")} == {seen.key}
    assert {event for event, key in of_each if key == hidden.key} == {"claim.hidden"}


def test_what_was_rolled_back_is_never_told(receiver):
    make_endpoint(receiver)
    claim = make_claim()
    types()
    with pytest.raises(RuntimeError), transaction.atomic():
        assess(claim, "disputed")
        raise RuntimeError
    assert types() == ["claim.published"]
    claim.refresh_from_db()
    assess(claim, "disputed")
    assert types() == ["claim.published", "claim.status_changed"]


def test_a_full_desk_is_told_in_thin_messages_and_a_constant_number_of_queries(receiver):
    make_endpoint(receiver)
    costs = []
    for _ in range(2):
        claim = make_claim()
        answered(claim, by=make_reporter(), editor=make_editor())
        changes = list(Change.objects.order_by("id"))
        with CaptureQueriesContext(connection) as asked:
            made = messages_of(changes)
        costs.append(len(asked))
        assert len(made) > 8 and all(len(m.payload.encode()) < 1000 for m in made)
    assert costs[0] == costs[1]


def test_recording_a_change_costs_no_query_more_where_somebody_follows(receiver):
    claim = make_claim()
    cost_of_an_assessment(claim)
    before = cost_of_an_assessment(claim)
    make_endpoint(receiver)
    assert cost_of_an_assessment(claim) == before


def cost_of_an_assessment(claim):
    two_people = two()
    claim.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        claim.assess("unverified", because="We read it.", seen=claim.seen, **two_people)
    return len(asked)


def test_nobody_is_told_of_what_was_before_they_came(receiver):
    make_claim()
    make_endpoint(receiver)
    assert types() == []
    make_claim("Another.")
    assert types() == ["claim.published"]


def test_an_endpoint_is_told_of_the_events_it_chose(receiver):
    some = make_endpoint(receiver, types=["claim.status_changed"])
    everything = make_endpoint(receiver)
    claim = make_claim()
    types()
    assess(claim, "disputed")
    types()
    assert [d.message.type for d in some.deliveries.all()] == ["claim.status_changed"]
    assert everything.deliveries.count() == 2
    with pytest.raises(ValidationError, match="There is no event claim.sung"):
        make_endpoint(receiver, types=["claim.sung"])


def test_far_behind_it_is_told_in_parts_and_nothing_twice(receiver, monkeypatch):
    monkeypatch.setattr(telling, "BATCH", 3)
    make_endpoint(receiver)
    claims = [make_claim(f"Claim {n}.") for n in range(4)]
    assert types() == ["claim.published"] * 4
    assert {m["data"]["claim"] for m in told()} == {c.key for c in claims}
    assert Told.objects.get().change == Change.objects.latest("id").pk


# -- how it is sent


def test_the_signature_is_that_of_the_specification(receiver):
    endpoint = make_endpoint(receiver)
    secret = endpoint.show_secret(by=make_chief())
    make_claim("橋は点検されなかった。")
    assert all_of_it() == ["It answered 200"]
    (headers, body) = receiver.got[0]
    assert Webhook(secret).verify(body, headers)["type"] == "claim.published"
    assert headers["Content-Type"] == "application/json" and headers["webhook-id"].startswith("evt_")
    assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    with pytest.raises(WebhookVerificationError, match="No matching"):
        Webhook(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(body, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)})


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/New_York"])
def test_a_desk_in_another_time_zone_signs_the_same_moment(receiver, settings, zone):
    settings.TIME_ZONE = zone
    with timezone.override(zone):
        endpoint = make_endpoint(receiver)
        sent = telling.message(Event.TEST, None, {}, "/", "/")
        headers = signed(sent, endpoint.secrets())
        assert Webhook(endpoint.secrets()[0]).verify(sent.payload, headers)["type"] == Event.TEST


def test_old_and_new_secret_sign_for_a_day(receiver):
    endpoint, chief = make_endpoint(receiver), make_chief()
    old = endpoint.show_secret(by=chief)
    endpoint.rotate(by=chief)
    new = endpoint.show_secret(by=chief)
    make_claim()
    all_of_it()
    headers, body = receiver.got[-1]
    assert len(headers["webhook-signature"].split()) == 2 and old != new
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    Endpoint.objects.update(rotated_at=timezone.now() - OVERLAP)
    make_claim("Another.")
    all_of_it()
    headers, body = receiver.got[-1]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_a_secret_is_shown_once_and_stands_nowhere(receiver, caplog):
    caplog.set_level(logging.DEBUG)
    endpoint, chief = make_endpoint(receiver), make_chief()
    assert make_endpoint(receiver).secrets() != endpoint.secrets()
    secret = endpoint.show_secret(by=chief)
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret.startswith(endpoint.prefix) and len(endpoint.prefix) == 14
    with pytest.raises(ValidationError, match="not shown again"):
        endpoint.show_secret(by=chief)
    make_claim()
    all_of_it()
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    kept = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert raw not in kept and secret.encode()[14:] not in kept
    assert secret[14:] not in caplog.text and secret[14:] not in "".join(interchange.dump())


def test_with_another_secret_key_it_says_so_and_signs_nothing(receiver, settings):
    endpoint = make_endpoint(receiver)
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 8
    make_claim()
    assert all_of_it() == ["Its secret is of another SECRET_KEY than the desk has now. Make a new secret"]
    assert receiver.got == []
    settings.SECRET_KEY_FALLBACKS = [before]
    assert all_of_it() == ["It answered 200"]
    settings.SECRET_KEY_FALLBACKS = []
    endpoint.rotate(by=make_chief())
    assert len(endpoint.secrets()) == 1


def test_each_try_carries_the_same_id_and_body_and_its_own_moment(receiver, monkeypatch):
    make_endpoint(receiver)
    make_claim()
    receiver.answers = [500, 500, 204]
    assert all_of_it() == ["It answered 500"]
    Delivery.objects.update(next_at=timezone.now())
    later = int(datetime.now(UTC).timestamp()) + 100

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(later, tz)

    monkeypatch.setattr(webhooks, "datetime", Later)
    assert all_of_it() == ["It answered 500"]
    assert all_of_it() == ["It answered 204"]
    assert all_of_it() == []
    (one, body), (other, again), _ = receiver.got
    assert one["webhook-id"] == other["webhook-id"] and body == again
    assert other["webhook-timestamp"] == str(later) != one["webhook-timestamp"]


def sent_again():
    """What each message that has not arrived becomes at its next try; the bodies that went out."""
    tell()
    Delivery.objects.waiting().update(next_at=timezone.now())
    list(deliver(limit=1000))
    return {d.message.type: (d.state, d.said) for d in Delivery.objects.select_related("message")}


NOT_SENT = ("dead", "Not sent: readers do not see any more what it tells")


def test_what_was_hidden_between_two_tries_is_sent_no_more_and_only_that_it_is_hidden(receiver):
    endpoint = make_endpoint(receiver)
    claim = make_claim()
    assess(claim, "disputed")
    asked = {"channel": "email", "questions": "Is it?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    claim.answer(claim.ask(to_name="Lac", **asked, **two()).key, "declined", **two())
    receiver.always = {"/hook": 500}
    all_of_it()
    claim.refresh_from_db()
    claim.hold("legal", because="A letter.", **two())
    receiver.always, before = {}, len(receiver.got)
    found = sent_again()
    assert found.pop("claim.hidden") == ("delivered", "It answered 200")
    assert found == dict.fromkeys(
        ["claim.published", "claim.status_changed", "reply.requested", "reply.recorded"], NOT_SENT
    )
    (body,) = [json.loads(body) for _, body in receiver.got[before:]]
    assert body["type"] == "claim.hidden" and not {"from", "to"} & set(body["data"])
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    for delivery in Delivery.objects.all():  # an administrator may ask for it: the answer is the same
        delivery.again(by=make_chief())
    assert set(sent_again().values()) == {NOT_SENT, ("delivered", "It answered 200")}
    assert {json.loads(body)["type"] for _, body in receiver.got[before:]} == {"claim.hidden"}
    claim.lift("legal", because="Settled.", **two())
    sent_again()
    assert json.loads(receiver.got[-1][1])["type"] == "claim.published"


def test_a_retry_names_no_claim_that_was_hidden_and_no_source_whose_words_are_not_shown_any_more(receiver):
    make_endpoint(receiver)
    one, other, third = make_claim(), make_claim("They say the same."), make_claim("Third.")
    passage = third.appearances.get().passage
    later = passage.capture.source.capture(b"Other words.", by=make_reporter())
    while tell():
        pass
    Delivery.objects.update(state="delivered", next_at=None)
    one.merge(other, because="They are one.", **two())
    found = find_again(passage.capture.text, passage.start, passage.end, later.text)
    Sighting.of(passage, later, found, by=make_reporter())
    receiver.always = {"/hook": 500}
    all_of_it()
    assert len(receiver.got) == 3
    for claim in (other, third):
        claim.hold("legal", because="A letter.", **two())
    receiver.always, before = {}, len(receiver.got)
    sent_again()
    bodies = [json.loads(body) for _, body in receiver.got[before:]]
    assert "source.changed" not in {body["type"] for body in bodies}
    (merged,) = [body for body in bodies if body["type"] == "claim.merged"]
    assert merged["data"]["into"] is None and merged["data"]["claim"] == one.key
    ids = [headers["webhook-id"] for headers, body in receiver.got if json.loads(body)["type"] == "claim.merged"]
    assert len(ids) == 2 and len(set(ids)) == 1
    assert json.loads(Message.objects.get(type="claim.merged").payload) == merged  # the log shows what was sent


@pytest.mark.parametrize("status", [200, 201, 204])
def test_2xx_is_success(receiver, status):
    make_endpoint(receiver)
    make_claim()
    receiver.answers = [status]
    all_of_it()
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_anything_else_is_failure_and_no_redirect_is_followed(receiver, status):
    make_endpoint(receiver)
    make_claim()
    receiver.answers = [status]
    assert all_of_it() == [f"It answered {status}"]
    assert Delivery.objects.get().state == "waiting" and len(receiver.got) == 1


def test_it_is_tried_ten_times_over_three_days_and_then_given_up(receiver):
    make_endpoint(receiver)
    make_claim()
    receiver.answers = [500] * 20
    waits = []
    while Delivery.objects.filter(state="waiting").exists() or not waits:
        all_of_it()
        delivery = Delivery.objects.get()
        if delivery.next_at:
            waits.append(delivery.next_at - timezone.now())
    assert (len(receiver.got), delivery.attempts, delivery.state) == (10, 10, "dead")
    assert delivery.said == "Given up after 10 tries. It answered 500"
    for wait, asked in zip(waits, WAITS, strict=True):
        assert asked - timedelta(seconds=2) < wait < asked * 1.2 + timedelta(seconds=2)
    delivery.again(by=make_chief())  # as if for the first time
    all_of_it()
    assert Delivery.objects.get().state == "waiting"
    assert timedelta(days=3) < sum(waits, timedelta()) and sum(WAITS, timedelta()) * 1.2 < GIVEN_UP


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_endpoint_that_asks_to_wait_is_left_alone_so_long(receiver, status):
    make_endpoint(receiver)
    at = datetime.now(UTC) + timedelta(hours=3)
    for told_as, hours in [("7200", 2), (at.strftime("%a, %d %b %Y %H:%M:%S GMT"), 3), ("9" * 12, 24), ("soon", 0)]:
        make_claim()
        receiver.answers, receiver.also = [status], {"Retry-After": told_as}
        all_of_it()
        wait = Delivery.objects.first().next_at - timezone.now()
        assert abs(wait - timedelta(hours=hours)) < timedelta(minutes=2)
        Delivery.objects.update(state="dead")


def test_410_switches_an_endpoint_off_and_tells_who_manages_the_desk(receiver):
    endpoint, chief = make_endpoint(receiver, "secret-path"), make_chief()
    type(chief).objects.filter(pk=chief.pk).update(email="chief@example.org")
    type(chief).objects.filter(pk=make_editor().pk).update(email="editor@example.org")
    make_claim()
    make_claim("Another.")
    receiver.answers = [410]
    assert all_of_it() == ["It answered 410"]  # and nothing more goes there
    endpoint.refresh_from_db()
    assert endpoint.disabled_at and endpoint.why == "It answered 410: it wants no more messages"
    (letter,) = mail.outbox
    assert letter.to == ["chief@example.org"] and endpoint.key in letter.subject
    assert "secret-path" not in letter.body and "127.0.0.1" in letter.body
    make_claim("A third.")
    assert all_of_it() == [] and len(receiver.got) == 1
    endpoint.switch_on(by=chief)
    assert all_of_it() == ["It answered 200"] * 2  # what waited; what happened meanwhile was not kept


def test_days_of_failure_switch_an_endpoint_off_and_one_success_clears_it(receiver):
    endpoint = make_endpoint(receiver)
    make_claim()
    receiver.answers = [500, 200, 500]
    all_of_it()
    Endpoint.objects.update(failing_since=timezone.now() - GIVEN_UP - timedelta(hours=1))
    all_of_it()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None and endpoint.disabled_at is None
    make_claim("Another.")
    all_of_it()
    Endpoint.objects.update(failing_since=timezone.now() - GIVEN_UP - timedelta(hours=1))
    receiver.answers = [500]
    all_of_it()
    endpoint.refresh_from_db()
    assert endpoint.disabled_at and endpoint.why == "Nothing arrived for 5 days. It answered 500"
    assert list(Endpoint.objects.failing()) == [endpoint]


def test_an_endpoint_that_fails_keeps_no_other_waiting(receiver):
    bad, good = make_endpoint(receiver, "bad"), make_endpoint(receiver, "good")
    receiver.always = {"/bad": 500}
    for n in range(TIRED + 3):
        make_claim(f"Claim {n}.")
    all_of_it()
    assert good.deliveries.filter(state="delivered").count() == TIRED + 3
    assert bad.deliveries.filter(attempts=1).count() == TIRED


def test_of_two_workers_one_sends(receiver):
    make_endpoint(receiver)
    make_claim()
    types()
    one, other = (Delivery.objects.due().get() for _ in range(2))
    assert (one.take(webhooks.LEASE), other.take(webhooks.LEASE)) == (True, False)
    assert not Delivery.objects.due().exists()
    Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))  # the one died
    assert Delivery.objects.due().exists()


def test_an_answer_that_comes_after_it_was_sent_again_changes_nothing(receiver):
    endpoint = make_endpoint(receiver)
    make_claim()
    types()
    running = Delivery.objects.due().get()
    running.take(webhooks.LEASE)
    endpoint.deliveries.get().again(by=make_chief())
    assert not running.note("It answered 500", "dead", None)
    assert Delivery.objects.due().exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/hook", "begin with https"),
        ("https://127.0.0.1/hook", "inside a network"),
        ("https://169.254.169.254/latest", "inside a network"),
        ("https://10.0.0.8/hook", "inside a network"),
        ("https://[::1]/hook", "inside a network"),
        ("https://localhost/hook", "inside a network"),
        ("https://user:word@example.org/hook", "a name or a password"),
        ("https://example.org:8443/hook", "without a port"),
        ("https://no-such-machine.invalid/hook", "No machine has this name"),
        ("gopher://example.org/", "not an address"),
        ("", "not an address"),
    ],
)
def test_an_address_inside_or_without_https_is_refused_when_it_is_entered_and_when_it_is_told(url, said, outside):
    with pytest.raises(ValidationError, match=said):
        Endpoint.objects.add(by=make_chief(), url=url)
    endpoint = make_endpoint(outside)
    with pytest.raises(ValidationError, match=said):
        endpoint.edit(by=make_chief(), url=url)
    Endpoint.objects.update(url=url)  # as if its name led elsewhere by now
    make_claim()
    (answer,) = all_of_it()
    assert said in answer and outside.asked == []


def test_who_does_not_manage_the_desk_has_no_part_in_it(receiver):
    endpoint, editor = make_endpoint(receiver), make_editor()
    make_claim()
    types()
    acts = [
        lambda: make_endpoint(receiver, by=editor),
        lambda: endpoint.edit(by=editor, url=endpoint.url),
        lambda: endpoint.show_secret(by=editor),
        lambda: endpoint.rotate(by=editor),
        lambda: endpoint.switch_off(by=editor),
        lambda: endpoint.switch_on(by=editor),
        lambda: Delivery.objects.get().again(by=editor),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_what_arrived_is_forgotten_after_a_while_and_what_waits_is_not(receiver):
    make_endpoint(receiver)
    make_claim()
    all_of_it()
    make_claim("Another.")
    types()
    Message.objects.update(made_at=timezone.now() - telling.KEPT - timedelta(hours=1))
    forget_what_arrived()
    assert [m.deliveries.get().state for m in Message.objects.all()] == ["waiting"]
