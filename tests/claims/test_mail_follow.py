"""Readers follow by mail: nothing goes to who did not confirm, nothing is missed by who did, and one click ends it."""

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import interchange
from claims.mailing import REFUSALS, write
from claims.models import Corrected, Follower
from claims.models.followers import PAUSE, TO_CONFIRM
from claims.receiving import FROM_ONE, TO_ONE
from claims.telling import tell

from ..making import assess, make_claim, make_draft, two

pytestmark = pytest.mark.django_db
HERE = {"HTTP_ORIGIN": "http://testserver"}
WHO = "reader@example.org"


def ask(client, claim=None, address=WHO, how="at_once", prefix="", **headers):
    query = f"?claim={claim.key}" if claim else ""
    return client.post(f"{prefix}/follow/{query}", {"address": address, "how": how}, **(headers or HERE))


def sent():
    """The mails that go out now, or would later."""
    tell()
    Follower.objects.update(next_at=timezone.now())
    before = len(mail.outbox)
    list(write(limit=100))
    return mail.outbox[before:]


def link_in(letter):
    (found,) = re.findall(r"http://127.0.0.1:8000(/\S*follow/\S+)", letter.body)
    return found


def follow(client, claim=None, **asked):
    ask(client, claim, **asked)
    (letter,) = sent()
    assert client.post(link_in(letter)).status_code == 200
    return Follower.objects.confirmed().latest("confirmed_at")


def test_nothing_but_one_question_is_sent_before_the_address_is_confirmed(client):
    claim = make_claim()
    answer = ask(client, claim)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/follow/sent/")
    assert not answer.cookies and mail.outbox == []  # nobody waits for it, and no answer takes longer than another
    (letter,) = sent()
    assert letter.to == [WHO] and claim.key in letter.body and "List-Unsubscribe" not in letter.extra_headers
    assess(claim, "disputed")
    assert sent() == []
    link = link_in(letter)
    page = client.get(link)  # as programs do that look at every link of a mail
    assert page.status_code == 200 and not page.cookies and not Follower.objects.confirmed().exists()
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    client.post(link)
    client.post(link)
    assert Follower.objects.confirmed().count() == 1
    assert sent() == []  # of what was before they confirmed nothing is told
    assess(claim, "unverified", code="new_evidence")
    (news,) = sent()
    assert news.subject.startswith("Disputed → Unverified: The bridge")
    assert f"http://127.0.0.1:8000/claims/{claim.key}/" in news.body
    assert sent() == []


def test_each_event_is_one_neutral_sentence(client):
    claim, other = make_claim(), make_claim("They say the same.")
    follow(client)
    new = make_claim("A new one.")
    assess(claim, "disputed", because="Because of this and that.")
    error = Corrected("correction", "We misread it.")
    claim.refresh_from_db()
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    asked = {"channel": "email", "questions": "?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name="Lac", **asked, **two())
    claim.answer(request.key, "declined", **two())
    (letter,) = sent()
    assert letter.subject == "4 changes on FactDesk"
    for line in [
        "New: Unverified: A new one.",
        "Unverified → Disputed: The bridge stood.",
        "We corrected an error of ours. Disputed: The bridge stood.",
        "What came of asking for a reply. Disputed: The bridge stood.",
    ]:
        assert line in letter.body
    assert "Lac" not in letter.body and "this and that" not in letter.body
    other.merge(claim, because="They are one.", **two())
    new.withdraw(because="Asked to.", **two())
    (letter,) = sent()
    assert f"{other.key} is now part of {claim.key}." in letter.body and f"{new.key} was withdrawn." in letter.body


def test_nothing_is_mailed_of_what_readers_do_not_see(client):
    claim = make_claim("The bridge stood.")
    follow(client)
    make_draft("zq A draft.")
    gated = make_draft("zq He is ill.", sensitivity="health")
    gated.publish(**two())
    assess(claim, "disputed")
    tell()
    claim.refresh_from_db()
    claim.hold("legal", because="zq", **two())  # after it was noted, and before it was sent
    assert sent() == []
    claim.lift("legal", because="zq", **two())
    (letter,) = sent()
    assert letter.subject == "New: Disputed: The bridge stood." and "zq" not in letter.body


def test_who_follows_one_claim_hears_of_no_other(client):
    claim, other = make_claim(), make_claim("Another.")
    follow(client, claim)
    assess(other, "disputed")
    assert sent() == []
    assess(claim, "disputed")
    assert len(sent()) == 1
    draft = make_draft()
    assert ask(client, draft).status_code == 404 == client.get("/follow/?claim=FD-0000000000").status_code


def test_a_digest_comes_once_a_day_and_what_is_at_once_not_every_minute(client):
    hasty, daily = follow(client, address="other@example.org"), follow(client, how="daily")
    make_claim()
    tell()
    assert daily.next_at.hour == 6 and timezone.now() < daily.next_at <= timezone.now() + timedelta(days=1)
    assert list(Follower.objects.due()) == [hasty]
    sent()
    hasty.refresh_from_db()
    daily.refresh_from_db()
    assert daily.next_at.hour == 6 and daily.next_at > timezone.now()
    assert PAUSE - timedelta(minutes=1) < hasty.next_at - timezone.now() <= PAUSE
    make_claim("Another.")
    make_claim("A third.")
    assert [letter.subject for letter in sent()] == ["2 changes on FactDesk"] * 2


def test_readers_are_written_to_in_their_language(client):
    claim = make_claim("The bridge stood.")
    ask(client, claim, prefix="/fr")
    (letter,) = sent()
    assert link_in(letter).startswith("/fr/follow/") and "Quelqu’un" in letter.body
    client.post(link_in(letter))
    assess(claim, "disputed")
    (letter,) = sent()
    assert letter.subject == "Non vérifié → Contesté\u00a0: The bridge stood."
    assert f"/fr/claims/{claim.key}/" in letter.body and "/fr/follow/stop/" in letter.extra_headers["List-Unsubscribe"]


def test_one_click_ends_it_and_the_address_is_gone(client):
    claim = make_claim()
    follower = follow(client, claim)
    assess(claim, "disputed")
    (letter,) = sent()
    address = f"http://127.0.0.1:8000/follow/stop/{follower.key}/"
    assert letter.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(link_in(letter)).status_code == 200 and Follower.objects.exists()
    # RFC 8058: no cookie, no origin, and the answer is no redirect.
    answer = client.post(link_in(letter), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and not answer.cookies
    assert not Follower.objects.exists() and WHO not in everything()
    assert client.get(link_in(letter)).status_code == 200  # and says nothing of whether there was one


def everything():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (str(row) for row in cursor.fetchall())


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(client):
    claim = make_claim()
    with CaptureQueriesContext(connection) as unknown:
        one = ask(client, claim)
    client.post(link_in(sent()[0]))
    with CaptureQueriesContext(connection) as known:
        other = ask(client, claim)
    shape = (
        [re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in unknown],
        [re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in known],
    )
    assert shape[0] == shape[1] and (one.content, one.headers) == (other.content, other.headers)
    client.post(link_in(sent()[0]))
    assert Follower.objects.count() == 1  # the later took the earlier's place


def test_what_was_not_told_yet_is_told_after_following_anew(client):
    claim = make_claim()
    follow(client, claim)
    assess(claim, "disputed")
    tell()
    ask(client, claim, how="daily")
    invitation = list(Follower.objects.to_invite())
    list(write(limit=100))
    client.post(link_in(next(m for m in mail.outbox[::-1] if "want mail" in m.subject)))
    assert len(invitation) == 1 and Follower.objects.get().how == "daily"


def test_a_form_that_nobody_confirms_is_forgotten(client):
    claim = make_claim()
    ask(client, claim)
    (letter,) = sent()
    Follower.objects.update(asked_at=timezone.now() - TO_CONFIRM - timedelta(minutes=1))
    Follower.objects.forget_unconfirmed()
    assert not Follower.objects.exists()
    assert client.post(link_in(letter)).status_code == 404
    assert client.post("/follow/confirm/made:up:token/").status_code == 404


def test_a_link_is_good_for_three_days(client, monkeypatch):
    ask(client, make_claim())
    (letter,) = sent()
    monkeypatch.setattr("claims.models.followers.TO_CONFIRM", timedelta(seconds=-1))
    assert client.post(link_in(letter)).status_code == 404 and not Follower.objects.confirmed().exists()


def test_forms_are_bounded_by_place_and_by_address(client):
    claim = make_claim()
    for n in range(FROM_ONE):
        assert ask(client, claim, address=f"r{n}@example.org", REMOTE_ADDR="1.2.3.4", **HERE).status_code == 303
    refused = ask(client, claim, REMOTE_ADDR="1.2.3.4", **HERE)
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    for n in range(TO_ONE + 2):
        assert ask(client, claim, address="Victim@example.org", REMOTE_ADDR=f"1.2.4.{n}", **HERE).status_code == 303
    assert Follower.objects.filter(address__istartswith="victim").count() == TO_ONE
    for n in range(3):  # the same address, written with letters that nobody sees
        other = f"victim@exa{chr(0xAD) * (n + 1)}mple.org"
        assert ask(client, claim, address=other, REMOTE_ADDR=f"1.2.5.{n}", **HERE).status_code == 303
    assert Follower.objects.filter(address__istartswith="victim").count() == TO_ONE


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"address": "nobody", "how": "at_once"}, 422),
        ({"address": "a@b.example\r\nBcc: c@d.example", "how": "at_once"}, 422),
        ({"address": f"a@{'ß' * 40}.example", "how": "at_once"}, 422),  # no domain, once it is written in ASCII
        ({"address": "a@\u06271.example", "how": "at_once"}, 422),
        ({"address": '"a\x0bb"@example.org', "how": "at_once"}, 422),
        ({"address": WHO, "how": "hourly"}, 422),
        ({"address": WHO, "how": "daily", "website": "http://spam"}, 422),
        ({}, 422),
    ],
)
def test_a_form_that_is_not_right_is_shown_again(client, said, status):
    page = client.post("/follow/", said, **HERE)
    assert page.status_code == status and not Follower.objects.exists()


def test_another_site_cannot_send_the_form(client):
    assert ask(client, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert client.post("/follow/", {"address": WHO, "how": "daily"}).status_code == 403
    assert not Follower.objects.exists()


class Killed(BaseException):
    pass


class Server(EmailBackend):
    """Takes a mail, and then something happens."""

    then: BaseException | None = None
    meanwhile: Callable[[], None] | None = None

    def send_messages(self, messages):
        super().send_messages(messages)
        if Server.meanwhile:
            Server.meanwhile()
        if Server.then:
            raise Server.then


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    yield Server
    Server.then = Server.meanwhile = None


def test_a_worker_that_is_killed_between_mail_and_note_sends_that_mail_once_more_and_never_none(client, server):
    follow(client)
    claims = [make_claim(f"Claim {n}.") for n in range(3)]
    tell()
    server.then, before = Killed(), len(mail.outbox)
    with pytest.raises(Killed):
        list(write(limit=10))
    server.then = None
    assert list(write(limit=10)) == []  # another worker leaves it to the first, which may only be slow
    letters = mail.outbox[before:] + sent()
    assert len(letters) == 2 and letters[0].body == letters[1].body and all(c.key in letters[0].body for c in claims)
    assert letters[0].extra_headers["Message-ID"] == letters[1].extra_headers["Message-ID"]
    assert sent() == []


def test_mail_that_is_not_taken_is_tried_again_and_an_address_that_is_none_is_forgotten(client, server):
    follower = follow(client)
    make_claim()
    server.then = SMTPServerDisconnected("gone")
    assert sent() and Follower.objects.get().told == follower.told
    server.then = SMTPRecipientsRefused({WHO: (550, b"no such user")})
    for _ in range(REFUSALS):
        assert Follower.objects.exists()
        sent()
    assert not Follower.objects.exists()


def test_a_mail_that_is_tried_again_tells_what_readers_see_then(client, server):
    claim, other = make_claim("The bridge stood."), make_claim("Another.")
    follow(client)
    assess(claim, "disputed")
    assess(other, "disputed")
    server.then = SMTPServerDisconnected("gone")
    assert "The bridge stood." in sent()[0].body
    server.then = None
    claim.hold("legal", because="A letter.", **two())
    (letter,) = sent()
    assert letter.subject == "Unverified → Disputed: Another." and claim.key not in letter.body


def test_what_happens_while_a_mail_is_sent_is_told_by_the_next(client, server):
    follow(client)
    make_claim("One.")

    def meanwhile():
        make_claim("Two.")
        tell()

    server.meanwhile = meanwhile
    assert ["One." in letter.body for letter in sent()] == [True]
    server.meanwhile = None
    (letter,) = sent()
    assert letter.subject == "New: Unverified: Two."


def test_a_mail_that_is_taken_makes_up_for_those_that_were_refused(client, server):
    ask(client)
    for _ in range(2):  # the question, and then the news
        server.then = SMTPRecipientsRefused({WHO: (450, b"not now")})
        for _ in range(REFUSALS - 1):
            sent()
        server.then = None
        (letter,) = sent()
        assert Follower.objects.get().refusals == 0
        if not Follower.objects.confirmed():
            client.post(link_in(letter))
        make_claim()


def test_no_mail_names_a_claim_that_took_another_in_and_was_hidden_since(client):
    one, other = make_claim(), make_claim("They say the same.")
    follow(client)
    one.merge(other, because="They are one.", **two())
    tell()
    other.hold("legal", because="A letter.", **two())
    assert sent() == []


def test_an_address_that_no_mail_can_be_written_to_keeps_no_other_waiting(client):
    Follower.objects.ask(f"a@{'ß' * 40}.example", claim=None, how="at_once")
    Follower.objects.ask(WHO, claim=None, how="at_once")
    assert [letter.to for letter in sent()] == [[WHO]]
    for _ in range(REFUSALS - 1):
        sent()
    assert Follower.objects.get().address == WHO


def test_an_address_is_in_no_dump_and_no_log(client, caplog, server):
    caplog.set_level("DEBUG")
    follow(client)
    make_claim()
    server.then = SMTPServerDisconnected("gone")
    sent()
    assert "could not be sent" in caplog.text and WHO not in caplog.text.replace(f"To: {WHO}", "")
    assert WHO not in "".join(interchange.dump())


def test_a_desk_that_sends_no_mail_offers_none(client, settings):
    claim = make_claim()
    assert "/follow/" in client.get(claim.get_absolute_url()).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "/follow/" not in client.get(f"{claim.get_absolute_url()}?x").content.decode()
    assert client.get("/follow/").status_code == 404


def test_a_claim_of_many_lines_makes_one_line_of_a_subject(client):
    claim = make_claim("The bridge\nstood.")
    follow(client, claim)
    assess(claim, "disputed")
    (letter,) = sent()
    assert letter.subject == "Unverified → Disputed: The bridge stood."
    letter.message()
