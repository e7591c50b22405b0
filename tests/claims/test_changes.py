"""What changed lately: on the home page, on the page of changes and on a subject's page."""

from datetime import date
from urllib.parse import quote

import pytest

from claims.models import Corrected
from sources.models import Change

from ..making import assess, make_claim, make_draft, make_passage, make_reporter, make_subject, two

pytestmark = pytest.mark.django_db
ASKED = {"channel": "email", "questions": "Is it so?", "asked_on": date(2026, 10, 1), "deadline": date(2026, 10, 8)}


def shown(client, address, code=200, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == code
    return answer.content.decode()


def rows(client, **asked):
    """The changes in a list: from what to what, and which claim."""
    found = client.get("/changes/", asked).context["page"].rows
    return [(s.before, s.status, s.claim.key) for s in found]


def now():
    return Change.objects.latest("id").recorded_at.isoformat()


def test_a_change_of_status_says_from_what_to_what_and_why(client):
    claim = make_claim("The bridge fell.")
    assess(claim, "disputed", because="It stands to this day.")
    for address in ("/", "/changes/"):
        page = shown(client, address)
        change = page[page.index('<article class="change"') :].partition("</article>")[0]
        assert change.index("tag--unverified") < change.index("changed to") < change.index("tag--disputed")
        assert "The bridge fell." in change and "It stands to this day." in change
    assert rows(client) == [("unverified", "disputed", claim.key), (None, "unverified", claim.key)]


def test_what_leaves_the_status_as_it_is_is_no_change_of_status(client):
    claim = make_claim()
    assess(claim, "unverified", because="Not enough.")
    claim.appear(make_passage(), "reports", **two())
    assert rows(client) == [(None, "unverified", claim.key)]


def test_changes_are_filtered_by_status_and_by_subject(client):
    subject = make_subject()
    about, other, opinion = (
        make_claim("One.", subjects=[subject]),
        make_claim("Two."),
        make_claim("Fine.", kind="opinion"),
    )
    for claim in (about, other):
        assess(claim, "disputed")
    assert [key for *_, key in rows(client, status="disputed")] == [other.key, about.key]
    assert [key for *_, key in rows(client, status="disputed", subject=subject.key)] == [about.key]
    assert len(rows(client, status=["disputed", "unverified"])) == 4
    assert opinion.key in [key for *_, key in rows(client)]
    assert opinion.key not in [key for *_, key in rows(client, status="unverified")]
    assert len(rows(client, status="disputed", subject="")) == 2  # as the form sends it for anybody
    for wrong in ({"status": "perhaps"}, {"subject": "SU-0000000000"}):
        shown(client, "/changes/", 400, **wrong)
    for wrong in ("x", "99999999", "²"):
        shown(client, "/changes/", 404, after=wrong)


def test_a_filter_offers_nobody_whom_readers_may_not_look_up(client):
    person = make_subject("A. Bystander", kind="person", private_person=True)
    bureau = make_subject("The bureau")
    make_claim(subjects=[person, bureau])
    make_draft(subjects=[make_subject("The secret office")])
    offered = [s.name for s, _ in client.get("/changes/").context["subjects"]]
    assert offered == ["The bureau"]
    shown(client, "/changes/", 400, subject=person.key)


def test_what_changed_out_of_view_changes_when_it_is_seen_again(client):
    claim = make_claim()
    claim.hold("legal", because="A letter.", **two())
    assess(claim, "disputed")
    assert rows(client) == []
    claim.lift("legal", because="Settled.", **two())
    assert rows(client) == [("unverified", "disputed", claim.key), (None, "unverified", claim.key)]
    assert client.get("/changes/").context["page"].rows[0].change.verb == "lift"


def test_a_long_list_is_paged_by_place(client):
    claims = [make_claim(f"Claim {n}.") for n in range(27)]
    first = client.get("/changes/").context["page"]
    moment = now()
    make_claim("Later.")
    second = client.get("/changes/", {"after": first.older}).context["page"]
    assert [s.claim for s in [*first.rows, *second.rows]] == claims[::-1]
    past = client.get("/changes/", {"after": first.older, "as_of": moment}).context["page"]
    assert [s.claim.key for s in past.rows] == [s.claim.key for s in second.rows]
    assert client.get("/changes/", {"before": second.newer}).context["page"].rows == first.rows


# Home


def test_home_tells_of_the_last_corrections_and_withdrawals(client):
    assert "We have corrected nothing yet." in shown(client, "/")
    claim = make_claim()
    error = Corrected("correction", "We misread the log.")
    claim.reword("H", "The bridge stood.", code="our_error", correcting=error, **two())
    gone = make_claim()
    gone.withdraw(because="It was recorded twice.", **two())
    page = shown(client, "/")
    assert page.index("It was recorded twice.") < page.index("We misread the log.")
    assert f'href="{claim.get_absolute_url()}#correction-1"' in page


def test_home_tells_who_was_asked_what_and_when_until_they_reply(client):
    claim = make_claim()
    assert "Nobody whom we asked has yet to reply." in shown(client, "/")
    request = claim.ask(to_name="Lac", **ASKED, **two())
    make_draft().ask(to_name="Somebody else", **ASKED, by=make_reporter())
    claim.ask(to_name="The builder", why_not="He died.", **two())
    page, then = shown(client, "/"), now()
    waiting = page[page.index('id="waiting"') :].partition("</ul>")[0]
    assert "Lac" in waiting and "1 October 2026" in waiting and f"{claim.get_absolute_url()}#reply" in waiting
    assert "Somebody else" not in page and "The builder" not in page and "Is it so?" not in page
    claim.answer(request.key, "declined", **two())
    assert "Lac" not in shown(client, "/")
    assert "Lac" in shown(client, f"/?as_of={quote(then)}")


def test_one_letter_about_a_claim_that_is_hidden_names_the_other_alone(client):
    claim, draft = make_claim(), make_draft()
    claim.ask(to_name="Lac", also=[draft.key], **ASKED, **two())
    page = shown(client, "/")
    assert f"{claim.get_absolute_url()}#reply" in page and draft.key not in page


def test_an_empty_desk_says_so(client):
    for address, words in [("/", "Nothing has been published yet."), ("/changes/", "Nothing has been published yet.")]:
        page = shown(client, address)
        assert words in page and 'class="course"' not in page
    assert "No change matches these filters." in shown(client, "/changes/", status="verified")


# A subject


def test_a_subjects_page_says_how_many_claims_are_verified_and_what_was_replied(client):
    subject = make_subject("The bureau", names=[{"text": "交通局", "language": "ja", "preferred": True}])
    claims = [make_claim(f"Claim {n}.", subjects=[subject]) for n in range(3)]
    assess(claims[0], "verified")
    assert "We have not asked for a reply." in shown(client, subject.get_absolute_url())
    asked = claims[0].ask(to_name="The bureau", subject=subject, **ASKED, **two())
    claims[1].ask(to_name="The bureau", subject=subject, **ASKED, **two())
    make_draft().ask(to_name="The bureau", subject=subject, **ASKED, by=make_reporter())
    claims[0].answer(asked.key, "replied", passage=make_passage("We looked."), **two())
    page = shown(client, subject.get_absolute_url())
    box = page[page.index("A claim on this page is not a finding.") :].partition("</div>")[0]
    assert "1 of the 3 is verified." in box
    assert '<span lang="ja">交通局</span>' in page
    assert "1 reply, 1 request open." in page
    assert f'href="{claims[0].get_absolute_url()}#{asked.key}"' in page
    assert page.index('id="g-unverified"') < page.index('id="g-verified"')
