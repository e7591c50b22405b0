"""Readers tell us what is wrong: what is taken, what is refused, who reads it, and who never does."""

import re
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from claims.models import Assignment, Corrected, Report, ReportAnswer, ReportReading
from claims.receiving import FROM_ONE

from ..making import assess, make_chief, make_claim, make_draft, make_editor, make_reporter, make_source, make_subject

pytestmark = pytest.mark.django_db
HERE = {"HTTP_ORIGIN": "http://testserver"}
SAID = {"what": "The date is wrong.", "how": "I was there.", "kind": "error", "address": "reader@example.org"}


def send(client, query="", said=None, **headers):
    return client.post(f"/report/{query}", SAID if said is None else said, **(headers or HERE))


def make_report(**said):
    return Report.objects.send(**({"what": "The date is wrong."} | said))


def run(sql, *args):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)


# -- sending


def test_a_reader_without_cookie_sends_a_report_and_is_given_its_address(client):
    claim = make_claim()
    answer = send(client, f"?claim={claim.key}")
    report = Report.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, report.get_absolute_url())
    assert (report.what, report.how, report.kind) == ("The date is wrong.", "I was there.", "error")
    assert (report.thing, report.thing_key, report.state) == ("claim", claim.key, "new")
    assert not answer.cookies and not client.get("/report/").cookies


def test_a_number_is_not_guessed():
    keys = {make_report().key for _ in range(20)}
    assert len(keys) == 20 and all(re.fullmatch("R-[0-9a-hjkmnp-tv-z]{20}", key) for key in keys)


def test_a_report_says_which_day_its_reader_was_reading(client):
    claim = make_claim()
    at = claim.since.recorded_at.date().isoformat()
    assert f"as_of={at}" in client.get(f"/report/?claim={claim.key}&as_of={at}").content.decode()
    send(client, f"?claim={claim.key}&as_of={at}")
    assert Report.objects.get().as_of == at


@pytest.mark.parametrize(
    ("changed", "sentence", "field"),
    [
        ({"what": " "}, "Enter what is wrong", "what"),
        ({"kind": "rumour"}, "Choose what kind of report this is", "kind"),
        ({"address": "nowhere"}, "Enter an address like name@example.org", "address"),
        ({"what": "x" * 5001}, "at most 5000 characters", "what"),
        ({"website": "https://spam.example"}, "Leave the last field empty", "website"),
        ({"how": "\0"}, "Null characters are not allowed", "how"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_on_top_and_at_the_field_and_nothing_is_lost(
    client, changed, sentence, field
):
    answer = send(client, said=SAID | {"how": "Typed with care."} | changed)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Report.objects.exists()
    assert page.count(sentence) >= 2 and "<title>Error:" in page
    assert re.search(r'id="errors" autofocus', page)
    assert re.search(rf'<a href="#id_{field}', page) and f'id="id_{field}_error"' in page
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)
    assert "Typed with care." in page or field == "how"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://elsewhere.example/report/"},
        {"HTTP_ORIGIN": "https://elsewhere.example", "HTTP_REFERER": "http://testserver/report/"},
        {"HTTP_ORIGIN": "http://testserver.elsewhere.example"},
        {"HTTP_X_NOTHING": "said"},
    ],
)
def test_another_site_sends_nothing_in_its_visitors_names(client, headers):
    answer = send(client, **headers)
    assert answer.status_code == 403 and not Report.objects.exists()
    assert SAID["what"] not in answer.content.decode()


def test_a_browser_that_tells_only_the_page_is_believed(client):
    assert send(client, HTTP_REFERER="http://testserver/report/?claim=x").status_code == 303


def test_who_sends_too_often_is_told_when_to_come_again_and_keeps_the_words(client):
    for _ in range(FROM_ONE):
        assert send(client).status_code == 303
    answer = send(client, said=SAID | {"what": "One too many."})
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "One too many." in answer.content.decode() and "Too many requests" in answer.content.decode()
    assert Report.objects.count() == FROM_ONE
    assert send(client, REMOTE_ADDR="192.0.2.7", **HERE).status_code == 303


def test_nobody_gets_around_the_limit_with_a_header_of_their_own(client):
    for n in range(FROM_ONE):
        send(client, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}", **HERE)
    assert send(client, HTTP_X_FORWARDED_FOR="192.0.2.99", **HERE).status_code == 429


def test_behind_a_proxy_each_reader_has_a_limit_of_their_own(client, settings):
    settings.FACTDESK_PROXIES = 1
    for n in range(FROM_ONE + 1):
        assert send(client, HTTP_X_FORWARDED_FOR=f"10.0.0.1, 192.0.2.{n}", **HERE).status_code == 303
    for n in range(FROM_ONE):
        send(client, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 2001:db8::{n}", **HERE)
    assert send(client, HTTP_X_FORWARDED_FOR="10.0.0.9, 2001:db8::99", **HERE).status_code == 429


def test_a_hidden_thing_and_one_that_does_not_exist_look_the_same(client):
    draft, sensitive, confidential = (
        make_draft("Zanzibar."),
        make_draft("Ill.", sensitivity="health"),
        make_source(confidential=True),
    )
    private = make_subject("A. Bystander", kind="person", private_person=True)
    for thing, hidden in [("claim", draft), ("claim", sensitive), ("source", confidential), ("subject", private)]:
        absent = hidden.key[:3] + "0" * 10
        for ask in (client.get, lambda address: client.post(address, {"what": ""}, **HERE)):
            there, not_there = (ask(f"/report/?{thing}={key}") for key in (hidden.key, absent))
            assert there.status_code == not_there.status_code
            assert there.content.decode().replace(hidden.key, absent) == not_there.content.decode()
            one, other = ({k: v for k, v in a.headers.items() if k != "ETag"} for a in (there, not_there))
            assert one == other  # a tag is of its address, which is another


def test_a_claim_that_readers_see_is_named_on_the_form(client):
    claim, subject = make_claim("The bridge stood."), make_subject("The bureau")
    make_claim("Another.", subjects=[subject])
    assert "The bridge stood." in client.get(f"/report/?claim={claim.key}").content.decode()
    assert "The bureau" in client.get(f"/report/?subject={subject.key}").content.decode()
    source = claim.appearances.get().passage.capture.source
    assert source.title in client.get(f"/report/?source={source.key}").content.decode()


@pytest.mark.parametrize("key", ["<script>", "x" * 41, "'", "é", ""])
def test_what_is_no_key_is_about_nothing(client, key):
    send(client, f"?claim={key}")
    assert Report.objects.get().thing == ""


# -- what whoever has the address sees


def test_the_page_of_a_report_tells_what_we_did_and_not_what_was_said(client):
    report = make_report(what="Zanzibar is ill.", how="Zanzibar told me.", address="zanzibar@example.org")
    report.read(by=make_editor())
    answer = client.get(report.get_absolute_url())
    assert "Read by one editor" in answer.content.decode()
    report.answer("unchanged", "We read the log again.", by=make_editor())
    answer = client.get(report.get_absolute_url())
    page = answer.content.decode()
    assert "We looked, and changed nothing" in page and "We read the log again." in page
    assert "anzibar" not in page.casefold()
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_answer_leads_to_its_correction_as_long_as_readers_see_the_claim(client):
    claim, two = make_claim("The bridge stood."), {"by": make_reporter(), "approved_by": make_editor()}
    claim.reword("H", "It stood still.", code="our_error", correcting=Corrected("correction", "Erred."), **two)
    report = make_report()
    report.read(by=make_editor())
    report.answer("corrected", "Done.", by=make_editor(), claim=claim, correction=claim.corrections.get())
    link = f'{claim.get_absolute_url()}#correction-1"'
    assert link in client.get(report.get_absolute_url()).content.decode()
    claim.hold("legal", because="A letter.", **two)
    page = client.get(report.get_absolute_url()).content.decode()
    assert claim.key not in page and "It stood still." not in page and "Done." in page


def test_a_report_that_is_not_there_is_not_found(client):
    assert client.get("/report/R-00000000000000000000/").status_code == 404


def test_a_duplicate_does_not_lead_to_the_other_reader(client):
    first, second = make_report(), make_report()
    second.read(by=make_editor())
    second.answer("duplicate", "We are looking into it.", by=make_editor(), duplicate_of=first)
    assert first.key not in client.get(second.get_absolute_url()).content.decode()


def test_no_page_feed_export_or_api_carries_a_report(client):
    claim = make_claim()
    report = make_report(what="Zanzibar", thing="claim", thing_key=claim.key)
    out = StringIO()
    call_command("dump", stdout=out)
    said = out.getvalue() + "".join(
        client.get(a).content.decode()
        for a in [
            "/",
            "/claims/?q=Zanzibar",
            claim.get_absolute_url(),
            "/corrections/",
            f"/api/v1/claims/{claim.key}/",
            "/report/",
        ]
    )
    assert report.key not in said and "Zanzibar" not in said.replace('value="Zanzibar"', "").replace(
        "“Zanzibar”", ""
    ).replace("q=Zanzibar", "")


# -- reading and answering


def test_two_editors_read_each_and_who_read_it_stands(client):
    report, one, two = make_report(), make_editor(), make_editor()
    report.read(by=one)
    assert report.state == "read_once"
    with pytest.raises(ValidationError, match="read it already"):
        report.read(by=one)
    assert report.read(by=two).state == "read_twice"
    assert [r.by for r in report.readings.all()] == [one, two]


def test_one_editor_alone_does_not_answer():
    report, editor = make_report(), make_editor()
    with pytest.raises(ValidationError, match="Another editor must read it first"):
        report.answer("unchanged", "No.", by=editor)
    assert not report.answers.exists() and not report.readings.exists()
    report.read(by=editor)
    with pytest.raises(ValidationError, match="Another editor must read it first"):
        report.answer("unchanged", "No.", by=editor)
    report.answer("unchanged", "We looked.", by=make_editor())
    report.refresh_from_db()
    assert report.state == "answered"


def test_a_desk_of_one_answers_alone_and_it_stands_so(settings, client):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    report = make_report()
    assert report.answer("unchanged", "I looked.", by=make_editor()).alone
    assert "An editor reads each report" in client.get("/report/").content.decode()


@pytest.mark.parametrize(("kind", "alone"), [("error", True), ("concerned", False), ("private", False)])
def test_where_only_sensitive_things_need_two_so_do_these_reports(settings, kind, alone):
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    report = make_report(kind=kind)
    if alone:
        assert report.answer("unchanged", "I looked.", by=make_editor()).alone
    else:
        with pytest.raises(ValidationError):
            report.answer("unchanged", "I looked.", by=make_editor())


def test_a_reporter_neither_reads_nor_answers(client):
    report, reporter = make_report(), make_reporter()
    for act in (lambda: report.read(by=reporter), lambda: report.answer("unchanged", "x", by=reporter)):
        with pytest.raises(PermissionDenied):
            act()
    client.force_login(reporter)
    assert client.get(f"/admin/claims/report/{report.pk}/change/").status_code == 403
    assert client.get("/admin/claims/report/").status_code == 403
    assert "Reports from readers" not in client.get("/admin/").content.decode()


def test_two_answers_at_once_do_not_pass_unseen():
    report = make_report()
    report.read(by=make_editor())
    seen = report.seen
    report.answer("unchanged", "We looked.", by=make_editor(), seen=seen)
    with pytest.raises(ValidationError, match="while you were writing"):
        report.answer("changed", "We changed it.", by=make_editor(), seen=seen)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"outcome": "unchanged", "text": " "}, "Enter what we did"),
        ({"outcome": "lost", "text": "x"}, "not what can come"),
        ({"outcome": "duplicate", "text": "x"}, "Name the other report"),
    ],
)
def test_an_answer_says_what_came_of_it(arguments, sentence):
    report = make_report()
    report.read(by=make_editor())
    with pytest.raises(ValidationError, match=sentence):
        report.answer(**arguments, by=make_editor())
    assert not report.answers.exists()


def test_a_report_is_no_duplicate_of_itself_and_no_correction_of_another_claim_fits():
    report, claim = make_report(), make_claim()
    claim.reword(
        "H",
        "Other.",
        code="our_error",
        correcting=Corrected("correction", "E."),
        by=make_reporter(),
        approved_by=make_editor(),
    )
    report.read(by=make_editor())
    with pytest.raises(ValidationError, match="duplicate of itself"):
        report.answer("duplicate", "x", by=make_editor(), duplicate_of=report)
    with pytest.raises(ValidationError, match="no correction of that claim"):
        report.answer("corrected", "x", by=make_editor(), claim=make_claim(), correction=claim.corrections.get())


# -- mail


def test_the_desk_is_told_by_mail_where_a_setting_names_an_address(settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_report()
    assert mail.outbox == []
    settings.FACTDESK_REPORTS_TO = "desk@example.org"
    with django_capture_on_commit_callbacks(execute=True):
        report = make_report(what="Zanzibar")
    assert mail.outbox[0].to == ["desk@example.org"] and report.key in mail.outbox[0].subject
    assert "Zanzibar" not in mail.outbox[0].body


def test_an_answer_goes_to_the_address_that_was_left_for_it(django_capture_on_commit_callbacks):
    for address in ("reader@example.org", ""):
        report = make_report(address=address)
        report.read(by=make_editor())
        with django_capture_on_commit_callbacks(execute=True):
            report.answer("unchanged", "We looked.", by=make_editor(), page="https://desk.example/report/x/")
    (sent,) = mail.outbox
    assert (
        sent.to == ["reader@example.org"]
        and "We looked." in sent.body
        and "https://desk.example/report/x/" in sent.body
    )


# -- what the database keeps


@pytest.fixture
def answered():
    report = make_report(what="Zanzibar is wrong.", how="I know.", address="reader@example.org")
    report.read(by=make_editor())
    report.answer("unchanged", "We looked.", by=make_editor())
    return report


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE claims_report SET what = 'Other words'",
        "UPDATE claims_report SET address = 'other@example.org'",
        "UPDATE claims_report SET kind = 'private'",
        "UPDATE claims_report SET key = 'R-0'",
        "UPDATE claims_report SET thing_key = 'FD-0', thing = 'claim'",
        "UPDATE claims_report SET state = 'new'",
        "UPDATE claims_report SET state = 'read_twice'",
        "UPDATE claims_reportanswer SET text = 'We did nothing.'",
        "UPDATE claims_reportanswer SET outcome = 'corrected'",
        "UPDATE claims_reportreading SET by_id = by_id + 1",
        "DELETE FROM claims_report",
        "DELETE FROM claims_reportanswer",
        "DELETE FROM claims_reportreading",
    ],
)
def test_raw_sql_changes_nothing_that_was_said_or_done(answered, sql):
    def rows():
        return [list(m.objects.order_by("pk").values()) for m in (Report, ReportAnswer, ReportReading)]

    before = rows()
    with pytest.raises(DatabaseError):
        run(sql)
    assert rows() == before


def test_raw_sql_answers_nothing_that_two_did_not_read():
    report, editor = make_report(), make_editor()
    forged = {"report": report, "number": 1, "outcome": "unchanged", "text": "x", "by": editor}
    for alone in (False, True):
        with pytest.raises(DatabaseError, match="two editors read"), transaction.atomic():
            ReportAnswer(**forged, alone=alone).save()
    report.read(by=editor)
    with pytest.raises(DatabaseError, match="two editors read"), transaction.atomic():
        ReportAnswer(**forged).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportReading(report=report, by=editor).save()


@pytest.mark.parametrize(
    "forged", [{"state": "answered"}, {"what": "x" * 5001}, {"thing": "claim"}, {"kind": "rumour"}]
)
def test_raw_sql_sends_no_report_that_no_door_would_take(forged):
    with pytest.raises(DatabaseError), transaction.atomic():
        Report(**({"what": "x"} | forged)).save()


def test_an_address_goes_for_good(answered):
    answered.forget_address(by=make_editor())
    answered.refresh_from_db()
    assert (answered.address, answered.what, answered.state) == ("", "Zanzibar is wrong.", "answered")


def test_a_redaction_reaches_what_readers_wrote_and_what_they_were_told():
    claim = make_claim("Zanzibar stood.")
    report = make_report(what="Zanzibar is wrong.", how="Zanzibar told me.", address="zed@zanzibar.example")
    report.read(by=make_editor())
    report.answer("unchanged", "We asked Zanzibar.", by=make_editor())
    claim.redact("Zanzibar", by=make_chief(), approved_by=make_editor(), because="A court.")
    report.refresh_from_db()
    assert (report.what, report.how) == ("[redacted] is wrong.", "[redacted] told me.")
    assert report.answers.get().text == "We asked [redacted]."


# -- in the admin


def test_the_work_queue_shows_a_report_to_those_who_can_go_on_with_it(client):
    one, two = make_editor(), make_editor()
    report = make_report()

    def waits(editor):
        client.force_login(editor)
        return f"/admin/claims/report/{report.pk}/change/" in client.get("/admin/").content.decode()

    assert waits(one) and waits(two)
    report.read(by=one)
    assert not waits(one) and waits(two)
    report.read(by=two)
    assert waits(one) and waits(two)
    report.answer("unchanged", "We looked.", by=one)
    assert not waits(one) and not waits(two)


def test_mine_are_the_reports_about_claims_in_my_hands(client):
    editor, claim = make_editor(), make_claim()
    mine, other = (
        make_report(thing="claim", thing_key=claim.key),
        make_report(thing="claim", thing_key=make_claim().key),
    )
    Assignment.objects.give(claim, editor, by=editor)
    client.force_login(editor)
    shown = client.get("/admin/claims/report/?needs=report&whose=mine").content.decode()
    assert mine.key in shown and other.key not in shown
    assert mine.key in client.get("/admin/claims/report/?needs=report").content.decode()


def test_editors_read_and_answer_in_the_admin(client, django_capture_on_commit_callbacks):
    claim = make_claim("The bridge stood.")
    report, one, two = (
        make_report(what="Zanzibar", thing="claim", thing_key=claim.key, address="r@example.org"),
        make_editor(),
        make_editor(),
    )
    page = f"/admin/claims/report/{report.pk}"
    client.force_login(one)
    shown = client.get(f"{page}/change/").content.decode()
    assert "Zanzibar" in shown and "The bridge stood." in shown and "Another editor must read it before" in shown
    assert client.post(f"{page}/read/").status_code == 302
    assert client.post(f"{page}/read/").status_code == 422
    client.force_login(two)
    told = {"outcome": "changed", "text": "We looked again.", "claim": claim.key, "seen": "0"}
    wrong = client.post(f"{page}/answer/", told | {"correction": "7"})
    assert wrong.status_code == 422 and "no such correction" in wrong.content.decode()
    assert "We looked again." in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{page}/answer/", told).status_code == 302
    assert f"http://testserver{report.get_absolute_url()}" in mail.outbox[0].body
    assert client.post(f"{page}/answer/", told).status_code == 422  # somebody answered meanwhile
    assert client.post(f"{page}/forget/").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.address, report.answers.count()) == ("answered", "", 1)
    assert client.post(f"{page}/change/", {"what": "Other"}).status_code == 403


def test_the_list_of_reports_and_the_queue_cost_the_same_however_many(client, same_queries):
    client.force_login(make_editor())
    same_queries(lambda: (client.get("/admin/"), client.get("/admin/claims/report/?needs=report")), grow=make_report)


def test_a_page_of_a_report_costs_the_same_however_many_answers(client, same_queries):
    report = make_report()
    report.read(by=make_editor())

    def grow():
        claim = make_claim()
        assess(claim, "disputed")
        report.answer("changed", "We looked.", by=make_editor(), claim=claim)

    same_queries(lambda: client.get(report.get_absolute_url()), grow=grow)


def test_the_form_costs_the_same_however_large_the_desk(client, same_queries):
    claim = make_claim()
    same_queries(lambda: client.get(f"/report/?claim={claim.key}"), grow=make_claim)
