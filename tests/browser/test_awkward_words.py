"""Pages whose words do not break, or run from right to left."""

import pytest

from claims.models import Proposal

from .. import awkward
from ..making import make_chief, make_reporter
from .addresses import LANGUAGES, Address
from .checking import LEAST, runs_off
from .looking import picture, what_is_wrong
from .test_in_a_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TOLD = {"claim", "source", "subject", "compare", "claims-none"}  # in languages other than the first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["unbroken", "persian", "hebrew"])
def test_words_that_are_hard_to_show_stay_on_their_page(live_server, reader, words, language):
    paths = awkward.paths(getattr(awkward, words)())
    pages = [
        Address(f"{words}-{name}", path, ours=name != "embed")
        for name, path in paths.items()
        if language == LANGUAGES[0] or name in TOLD
    ]
    pages += [
        Address(f"{words}-asked", f"/claims/?q={'x' * 120}"),
        Address(f"{words}-wrong", f"/claims/?{'x' * 120}=1&status={'y' * 120}", 400),
    ]
    assert what_is_wrong(reader, live_server, pages, language) == {}


@pytest.mark.parametrize("words", ["unbroken", "persian"])
def test_they_stay_on_the_pages_of_editors(live_server, page, check_order, words):
    made = getattr(awkward, words)()
    claim, source, by = made["claim"], made["source"], make_reporter()
    capture, said = source.captures.get(), made["words"]
    claim.propose("reword", by=by, headline=said[:150], statement=said[:290], code="source_changed", because=said[:200])
    made["other"].propose("hold", by=by, kind="legal", because=said[:300])
    of_claim, reviews = f"claims/claim/{claim.pk}", [p.pk for p in Proposal.objects.filter(state="waiting")]
    sign_in(page, live_server, make_chief())
    for path in [
        "",
        *(f"{of_claim}/{act}/" for act in ("change", "assess", "history", "reword", "ask", "appear")),
        *(f"claims/proposal/{pk}/change/" for pk in reviews),
        f"sources/source/{source.pk}/change/",
        f"sources/source/{source.pk}/history/",
        f"sources/capture/{capture.pk}/change/",
        f"sources/capture/{capture.pk}/read/",
        f"claims/subject/{made['subject'].pk}/change/",
    ]:
        check_order(f"{live_server.url}/admin/{path}")
        size = page.viewport_size
        picture(page, "admin", f"{words}-{path.replace('/', '-')}-{size['width']}")
        page.set_viewport_size(LEAST)
        assert runs_off(page) == [], path
        page.set_viewport_size(size)
