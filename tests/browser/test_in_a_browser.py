import pytest

from claims.models import Claim, Corrected, Proposal

from ..making import (
    UPDATE,
    assess,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_subject,
    two,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    """A small desk with one of everything that a page shows."""
    by, subject = make_reporter(), make_subject("The bureau", names=[{"text": "交通局", "language": "ja"}])
    passage = make_passage("橋は点検されなかった。別の文。", language="ja", title_en="A Japanese title", end=11)
    passage.translate("The bridge was not inspected.", by=by, made_by="FactDesk")
    claim = make_claim("The bridge was never inspected.", passage=passage, subjects=[subject], misconduct=True)
    assess(claim, "disputed", reason="The log says otherwise.", would_change="A signed log.")
    two = {"by": by, "approved_by": make_editor()}
    error = {"code": "our_error", "correcting": Corrected("correction", "We left out the last word.")}
    claim.reword("Not inspected", "The bridge was never inspected, they say.", **error, **two)
    claim.reword("Not inspected", "The bridge was never inspected.", **UPDATE, **two)
    asked = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name="The bureau", **asked, **two)
    claim.answer(request.key, "replied", passage=make_passage("Nous contestons ces faits.", language="fr"), **two)
    claim.ask(to_name="The builder", why_not="He died in 2001.", **two)
    claim.hold("legal", because="A letter.", **two)
    claim.lift("legal", because="Settled.", **two)
    gone = make_claim("Another bridge.")
    gone.withdraw(because="It was recorded twice.", our_error=True, **two)
    held = make_claim("A third bridge.")
    held.hold("safety", because="A letter.", **two)
    make_claim("It was the best bridge.", kind="opinion", subjects=[subject])
    make_draft("A draft.").propose("publish", by=by)
    return claim


def sign_in(page, live_server, user, password="a long enough password"):
    user.set_password(password)
    user.save()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", password)
    page.click("[type=submit]")


def _propose_everything(claim, chief):
    """One of each act that has a review page of its own."""
    by, other = make_reporter(), make_claim("A fourth bridge.", misconduct=True)
    claim.propose(
        "reword", by=by, headline="H", statement="W.", code="our_error", correcting={"kind": "removal", "why": "X."}
    )
    claim.propose("hold", by=by, kind="legal", because="A letter.")
    claim.propose("ask", by=by, to_name="Lac", why_not="He died.")
    claim.propose("answer", by=by, request=claim.asked.first().request.key, outcome="declined")
    claim.propose("merge", by=by, other_id=other.pk, because="The same.")
    claim.propose("redact", by=chief, words="Not inspected", because="A court.")


def _propose_for_the_catalogue(claim):
    by, source, subject = make_reporter(), claim.appearances.get().passage.capture.source, claim.about.first().subject
    for row, verb, seen, body in [
        (source, "edit", source.seen, {"title": "Another title", "outlet_id": None}),
        (source, "retract", source.seen, {"because": "They were wrong."}),
        (
            source.origin,
            "descend",
            None,
            {"upstream_id": make_origin("The wire").pk, "kind": "draws_on", "note": "So."},
        ),
        (source.captures.get(), "mark", None, {"kind": "furniture", "start": 0, "end": 3, "note": "A menu."}),
        (subject, "also_called", subject.seen, {"text": "古い名", "language": "ja"}),
    ]:
        Proposal.objects.propose(row, verb, by=by, seen=seen, body=body)


def test_the_admin_is_in_order(live_server, desk, check_order, page):
    chief = make_chief()
    sign_in(page, live_server, chief)
    source = desk.appearances.get().passage.capture.source
    _propose_everything(desk, chief)
    _propose_for_the_catalogue(desk)
    subject = desk.about.first().subject
    desk.relate(make_claim("Another."), "part_of", **two())
    source.origin.descend(make_origin("A wire"), "draws_on", **two())
    source.captures.get().mark("furniture", 3, 5, **two())
    subject.also_called("Un nom", "fr", **two())
    ends = [("end_relation", {"kind": "part_of", "other_id": desk.relations.live().last().other_id})]
    for verb, body in [*ends, ("end_subject", {"subject_id": subject.pk})]:
        desk.propose(verb, by=make_reporter(), because="It is not so.", **body)
    for address in [
        "/admin/",
        "/admin/claims/claim/",
        f"/admin/claims/claim/{desk.pk}/change/",
        f"/admin/claims/claim/{desk.pk}/assess/",
        f"/admin/claims/claim/{desk.pk}/appear/",
        f"/admin/claims/claim/{desk.pk}/reword/",
        f"/admin/claims/claim/{desk.pk}/relate/",
        f"/admin/claims/claim/{desk.pk}/translate/",
        *(
            f"/admin/claims/claim/{desk.pk}/{act}/"
            for act in ["history", "correct", "strike", "hold", "ask", "answer", "merge", "withdraw", "redact"]
            + ["end_relation", "add_subject", "end_subject"]
        ),
        f"/admin/claims/claim/{Claim.objects.get(holds__until=None, holds__kind='safety').pk}/lift/",
        f"/admin/claims/claim/{Claim.objects.get(holds__until=None, holds__kind='safety').pk}/change/",
        *(f"/admin/claims/proposal/{p.pk}/change/" for p in Proposal.objects.waiting()),
        "/admin/claims/replyrequest/",
        f"/admin/claims/replyrequest/{desk.asked.first().request_id}/change/",
        "/admin/claims/claim/record/",
        "/admin/claims/proposal/",
        f"/admin/claims/proposal/{Proposal.objects.get(verb='publish', state='waiting').pk}/preview/",
        "/admin/sources/source/",
        f"/admin/sources/source/{source.pk}/change/",
        f"/admin/sources/source/{source.pk}/retract/",
        f"/admin/sources/outlet/{source.outlet_id}/change/",
        f"/admin/claims/subject/{subject.pk}/change/",
        f"/admin/claims/subject/{subject.pk}/name/",
        f"/admin/claims/subject/{subject.pk}/end_name/",
        "/admin/sources/source/add/",
        f"/admin/sources/capture/{source.captures.get().pk}/change/",
        f"/admin/sources/capture/{source.captures.get().pk}/quote/",
        "/admin/sources/passage/?needs=translation",
        f"/admin/sources/passage/{source.captures.get().passages.first().pk}/change/",
        f"/admin/sources/capture/{source.captures.get().pk}/mark/",
        f"/admin/sources/capture/{source.captures.get().pk}/end_region/",
        f"/admin/sources/origin/{source.origin_id}/change/",
        f"/admin/sources/origin/{source.origin_id}/descend/",
        f"/admin/sources/origin/{source.origin_id}/end_descent/",
    ]:
        check_order(live_server.url + address)


def test_two_editors_decide_in_the_admin_and_readers_see_it(live_server, desk, page):
    first, second = make_reporter(), make_editor()
    claim = make_claim("The ferry was late.")
    sign_in(page, live_server, first)
    page.goto(f"{live_server.url}/admin/claims/claim/{claim.pk}/assess/")
    page.check("input[value=disputed]")
    page.fill("[name=because]", "The timetable says otherwise.")
    assert "✗ a citation that contradicts" in page.inner_text("#ready")
    page.check("input[name^=stance_][value=contradicts]")
    assert page.inner_text("#ready").endswith("Ready to send.")
    page.get_by_role("button", name="Send to a second editor").click()
    page.context.clear_cookies()
    assert "The timetable" not in page.goto(live_server.url + claim.get_absolute_url()).text()
    sign_in(page, live_server, second)
    page.goto(f"{live_server.url}/admin/")
    page.click("text=The ferry was late.")
    page.get_by_role("button", name="Approve").click()
    page.goto(live_server.url + claim.get_absolute_url())
    assert "Disputed" in page.inner_text(".verdict")
    assert "The timetable says otherwise." in page.inner_text(".verdict")


def test_a_refusal_takes_the_focus_and_keeps_the_words(live_server, desk, page):
    sign_in(page, live_server, make_reporter())
    page.goto(f"{live_server.url}/admin/claims/claim/{desk.pk}/assess/")
    page.check("input[value=verified]")
    page.fill("[name=because]", "Typed with care.")
    page.get_by_role("button", name="Send to a second editor").click()
    assert page.evaluate("document.activeElement.id") == "errors"
    assert page.input_value("[name=because]") == "Typed with care."
    assert page.title().startswith("Error:")
