"""What a reader does with a claim, counted in screens and clicks."""

import pytest

from ..making import assess, contradicts, make_claim, make_editor, make_passage, make_reporter, make_subject

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def claim():
    """A claim that went through all statuses, said by many."""
    two = {"by": make_reporter(), "approved_by": make_editor()}
    claim = make_claim("The bridge was never inspected.", subjects=[make_subject("The bureau")])
    assess(claim, "disputed", citing=[contradicts(), contradicts()], reason="The log [1] says otherwise.")
    assess(claim, "unverified", code="new_evidence", because="The log may be false.")
    assess(claim, "disputed", code="new_evidence", reason="The log [1] is true.")
    for _ in range(8):
        claim.appear(make_passage(), "reports", **two)
    asked = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    claim.ask(to_name="The bureau", **asked, **two)
    return claim


def test_pictures_fit_a_narrow_screen_and_are_seen_without_colours(live_server, claim, chromium):
    context = chromium.new_context(viewport={"width": 320, "height": 700}, forced_colors="active")
    page = context.new_page()
    for address in ("/", claim.get_absolute_url(), claim.subjects.get().get_absolute_url(), "/changes/"):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), address
    page.goto(live_server.url + claim.get_absolute_url())
    widths = page.evaluate(
        "['verified', 'disputed', 'unverified'].map(s => document.querySelector('.way--' + s)).filter(Boolean)"
        ".map(e => [getComputedStyle(e).strokeWidth, getComputedStyle(e).strokeDasharray])"
    )
    assert len(widths) == len({tuple(w) for w in widths}) == 2
    context.close()


def test_a_claim_is_read_cited_and_asked_about_the_past_without_scripts(live_server, claim, chromium):
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(live_server.url + claim.get_absolute_url())
    assert page.locator("#ap7").is_hidden()
    page.click("#more-sources summary")
    assert page.locator("#ap7").is_visible()
    page.click("a.ref")
    assert page.url.endswith("#ev1")
    page.click("#ev1 >> text=Back to text")
    assert page.url.endswith("#r1")
    page.fill("#as-of-day", f"{claim.standings.last().change.recorded_at:%Y-%m-%d}")
    page.click("text=Show that day")
    assert "as it stood on" in page.inner_text("#as-of")
    page.goto(live_server.url + claim.get_absolute_url())
    page.click("text=Cite this claim")  # one
    with page.expect_download() as download:
        page.click("text=BibTeX")  # two
    assert download.value.suggested_filename == f"{claim.key}-v{claim.standings.count()}.bib"
    context.close()
