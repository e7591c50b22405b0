"""Whoever is accused is asked: whom, how, by when, and what came of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from claims.auditing import audit
from claims.models import Claim, Reply, ReplyRequest
from sources.models import Change, Source

from ..making import make_claim, make_draft, make_editor, make_passage, make_reporter, make_subject, two

pytestmark = pytest.mark.django_db
ASKED = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}


def ask(claim, **given):
    return claim.ask(**(two() | {"to_name": "Lac Ingénierie"} | ASKED | given))


def page(client, claim):
    return client.get(claim.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"to_name": " "}, "who was asked"),
        ({"channel": ""}, "how they were asked"),
        ({"questions": " "}, "what they were asked"),
        ({"asked_on": None}, "on which they were asked"),
        ({"deadline": None}, "by which they were to reply"),
        ({"deadline": "2026-09-30"}, "before they were asked"),
        ({"why_not": "They are dead."}, "and not both"),
        ({"channel": "owl"}, "owl"),
    ],
)
def test_a_request_says_whom_how_what_and_by_when(given, sentence):
    with pytest.raises(ValidationError, match=sentence):
        ask(make_claim(), **given)
    assert not ReplyRequest.objects.exists()


def test_an_allegation_is_published_once_somebody_was_asked(client):
    claim = make_draft(misconduct=True)
    with pytest.raises(ValidationError, match="Ask for a reply"):
        claim.publish(**two())
    claim.ask(by=make_reporter(), to_name="Lac Ingénierie", **ASKED)
    claim.publish(**two())
    said = page(client, claim)
    assert "Lac Ingénierie" in said and "to reply by" in said and "8 October 2026" in said
    assert "Nobody was asked" not in said and "Is it so?" not in said


def test_an_allegation_is_published_with_a_recorded_reason_why_nobody_was_asked(client):
    claim = make_draft(misconduct=True)
    claim.ask(by=make_reporter(), to_name="The builder", why_not="He died in 2001.")
    claim.publish(**two())
    assert "He died in 2001." in page(client, claim)


def test_no_raw_sql_publishes_an_allegation_about_which_nobody_was_asked():
    claim = make_draft(misconduct=True)
    change = claim._change("publish", make_reporter(), make_editor(), public=True)
    claim.stage, claim.public = "published", True
    with pytest.raises(DatabaseError, match="misconduct|asked"), transaction.atomic():
        claim._stand(change)


def test_what_readers_see_of_a_request_takes_two():
    claim = make_claim()
    with pytest.raises(ValidationError, match="another editor"):
        claim.ask(by=make_editor(), to_name="Lac", **ASKED)
    request = ask(claim)
    with pytest.raises(ValidationError, match="another editor"):
        claim.answer(request.key, "no_reply", by=make_editor())


def test_a_reply_stands_in_full_with_its_translation_and_shows_its_source(client):
    claim = make_claim()
    request = ask(claim)
    letter = make_passage("Nous contestons ces faits.", language="fr")
    with pytest.raises(ValidationError, match="the reply in full"):
        claim.answer(request.key, "replied", **two())
    claim.answer(request.key, "no_reply", **two())
    claim.answer(request.key, "replied", passage=letter, note="After the day.", **two())
    letter.translate("We contest these facts.", made_by="FactDesk", **two())
    said = page(client, claim)
    for words in ("No reply by", "Nous contestons ces faits.", "We contest these facts.", "After the day."):
        assert words in said
    assert [r.number for r in request.replies.all()] == [1, 2]
    assert Source.objects.get(pk=letter.capture.source_id).public_since_id == Reply.objects.get(number=2).since_id
    with pytest.raises(ValidationError, match="another editor"):  # readers see it now
        letter.translate("We deny it.", made_by="FactDesk", by=make_editor())


def test_a_reply_from_a_confidential_source_shows_no_words(client):
    claim = make_claim()
    request = ask(claim)
    secret = make_passage("I beg you, do not name me.", confidential=True)
    claim.answer(request.key, "replied", passage=secret, **two())
    said = page(client, claim)
    assert "do not name me" not in said and secret.capture.source.key not in said and "Replied" in said
    data = client.get(f"/api/v1/claims/{claim.key}/").content.decode()
    assert "do not name me" not in data and secret.capture.source.key not in data and '"replied"' in data


def test_a_reply_stands_in_its_words_on_the_page_of_who_replied(client, same_queries):
    subject = make_subject("Lac Ingénierie")
    address = subject.get_absolute_url()
    claim = make_claim(subjects=[subject])
    before = Change.objects.latest("id").recorded_at.isoformat()
    request = ask(claim, subject=subject)
    reply = make_passage("Nous contestons.", language="fr")
    reply.translate("We contest it.", by=make_reporter(), made_by="FactDesk")
    claim.answer(request.key, "replied", passage=reply, **two())
    told = client.get(address).content.decode().partition("<aside")[2]
    assert '<blockquote class="orig" lang="fr"><p>Nous contestons.</p>' in told and "We contest it." in told
    assert "Nous contestons" not in client.get(address, {"as_of": before}).content.decode()
    then = Change.objects.latest("id").recorded_at.isoformat()
    reply.capture.source.edit(language="de", **two())
    assert 'class="orig" lang="fr"' in client.get(address, {"as_of": then}).content.decode()
    secret = make_passage("I beg you, do not name me.", confidential=True)
    claim.answer(request.key, "replied", passage=secret, **two())
    assert "do not name me" not in client.get(address).content.decode()

    def grow():
        asked = ask(claim, subject=subject)
        claim.answer(asked.key, "replied", passage=make_passage(language="fr"), **two())

    same_queries(lambda: client.get(address), grow=grow)


def test_a_reply_to_a_draft_is_shown_with_its_source_once_the_claim_is(client):
    claim = make_draft()
    request = claim.ask(by=make_reporter(), to_name="Lac", **ASKED)
    claim.answer(request.key, "replied", passage=make_passage("No."), by=make_reporter())
    claim.publish(**two())
    assert list(audit()) == []


def test_one_letter_asks_about_several_claims(client):
    one, other, hidden = make_claim("One."), make_claim("Other."), make_draft("Hidden.")
    request = ask(one, also=[other.key, hidden.key])
    assert request.about.count() == 3
    for claim in (one, other):
        assert "Lac Ingénierie" in page(client, claim)
    assert "Hidden." not in page(client, one)
    other.answer(request.key, "declined", **two())
    assert "Declined to comment" in page(client, one)
    stranger = make_claim()
    with pytest.raises(ValidationError, match="Nobody was asked about"):
        stranger.answer(request.key, "declined", **two())


def test_nobody_replies_who_was_not_asked():
    claim = make_claim()
    request = claim.ask(**two(), to_name="The builder", why_not="He died in 2001.")
    with pytest.raises(ValidationError, match="Nobody was asked"):
        claim.answer(request.key, "declined", **two())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_reply (request_id, number, outcome, note, salt, seal, since_id) "
            "VALUES (%s, 1, 'declined', '', '', '', %s)",
            [request.pk, request.since_id],
        )


@pytest.mark.parametrize(("outcome", "with_words"), [("replied", False), ("no_reply", True)])
def test_the_database_keeps_no_reply_without_words_and_no_words_without_a_reply(outcome, with_words):
    request = ask(make_claim())
    passage = make_passage().pk if with_words else None
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_reply (request_id, number, outcome, passage_id, note, salt, seal, since_id) "
            "VALUES (%s, 1, %s, %s, '', '', '', %s)",
            [request.pk, outcome, passage, request.since_id],
        )


def test_deadlines_that_pass_without_an_answer_are_due():
    today = datetime.now(UTC).date()
    day = timedelta(days=1)
    claim = make_draft()
    times = {"asked_on": (today - 9 * day).isoformat()}
    late = ask(claim, **times, deadline=(today - day).isoformat())
    ask(claim, **times, deadline=(today + day).isoformat())
    answered = ask(claim, **times, deadline=(today - day).isoformat())
    claim.answer(answered.key, "declined", by=make_reporter())
    assert list(ReplyRequest.objects.due()) == [late]
    claim.withdraw(**two(), because="Asked to.")
    assert list(ReplyRequest.objects.due()) == []


def test_a_request_is_proposed_and_approved():
    claim, subject = make_claim(), make_subject()
    asked = claim.propose("ask", by=make_reporter(), to_name="Lac", subject_id=subject.pk, **ASKED)
    request = asked.approve(by=make_editor())
    assert request.subject == subject
    letter = make_passage("No.")
    answer = claim.propose("answer", by=make_reporter(), request=request.key, outcome="replied", passage_id=letter.pk)
    assert answer.approve(by=make_editor()).passage == letter


def test_words_of_a_sensitive_claim_are_not_shown_as_a_reply():
    letter = make_passage("He is ill, and the bridge stands.")
    secret = Claim.objects.record(by=make_reporter(), statement="He is ill.", sensitivity="health")
    secret.appear(letter.capture.quote(0, 9, by=make_reporter()), "asserts", by=make_reporter())
    claim = make_claim()
    request = ask(claim)
    with pytest.raises(ValidationError, match="sensitive claim"):
        claim.answer(request.key, "replied", passage=letter, **two())
    draft = make_draft()
    asked = draft.ask(by=make_reporter(), to_name="Lac", **ASKED)
    draft.answer(asked.key, "replied", passage=letter, by=make_reporter())
    with pytest.raises(ValidationError, match="sensitive claim"):
        draft.publish(**two())


def test_requests_cost_the_same_however_many(client, same_queries):
    claim = make_claim()

    def grow():
        request = ask(claim)
        claim.answer(request.key, "replied", passage=make_passage(), **two())

    same_queries(lambda: client.get(claim.get_absolute_url()), grow=grow)


def embargoed():
    """Published, seen by nobody yet: its readers come when nobody looks."""
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=datetime.now(UTC) + timedelta(days=1))
    claim.publish(**two())
    return claim


def test_nobody_asks_or_answers_alone_about_what_readers_will_see():
    claim, draft = embargoed(), make_draft()
    for asked, also in ((claim, []), (draft, [claim.key])):
        with pytest.raises(ValidationError, match="another editor"):
            asked.ask(by=make_editor(), to_name="Lac Ingénierie", also=also, **ASKED)
    request = ask(draft, also=[claim.key])
    for asked in (claim, draft):
        with pytest.raises(ValidationError, match="another editor"):
            asked.answer(request.key, "declined", by=make_editor())
    draft.answer(request.key, "declined", **two())
    assert Change.objects.latest("id").approval == "second" and list(audit()) == []


def test_nobody_is_asked_about_a_claim_that_was_withdrawn():
    gone, draft = make_claim(), make_draft()
    gone.withdraw(because="Wrong.", **two())
    with pytest.raises(ValidationError, match=f"{gone.key} is withdrawn"):
        ask(draft, also=[gone.key])
