"""The past can be asked: what a reader saw at each step of a history is what the page says as of that step."""

import random
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from claims.models import Appearance
from sources.anchoring import Found as Lost
from sources.models import Change, Sighting, Source
from sources.moments import as_of

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
)
from ..replaying import SEEDS, Desk, plain

pytestmark = pytest.mark.django_db


def seen(client, claim, change=None, code=200):
    """The page of a claim, now or as of a change, without what only says of which moment it is."""
    query = f"?as_of={quote(change.recorded_at.isoformat())}" if change else ""
    answer = client.get(claim.get_absolute_url() + query)
    assert answer.status_code == code, (answer.status_code, query)
    data = client.get(f"/api/v1/claims/{claim.key}/{query}")
    assert data.status_code == code
    return plain(answer.content.decode()), data.content.decode()


def replay(client, seed, steps):
    """Acts at random; then asks for every step again. How many pages were compared, and those that differ."""
    desk = Desk(random.Random(seed))
    then = []
    for _ in range(steps):
        change = desk.step()
        then += [(claim, change, seen(client, claim)) for claim in desk.claims[:3]]
    return [(claim.key, change.verb) for claim, change, page in then if seen(client, claim, change) != page], len(then)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_each_step_of_a_history_is_shown_as_it_was_seen_then(client, seed):
    differ, compared = replay(client, seed, steps=12)
    assert compared == 36 and differ == []


def test_a_day_means_its_end_and_a_moment_has_a_zone(client):
    claim = make_claim()
    today = datetime.now(UTC).date()
    assert client.get(claim.get_absolute_url(), {"as_of": today.isoformat()}).status_code == 200
    assert client.get(claim.get_absolute_url(), {"as_of": (today - timedelta(days=1)).isoformat()}).status_code == 404
    for wrong in (
        "2026-11-20T09:30:00",
        "yesterday",
        "2026-02-31",
        "2026-11",
        "20261120T",
        "\0",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00",
    ):
        answer = client.get(claim.get_absolute_url(), {"as_of": wrong})
        assert answer.status_code == 400 and "a moment with its zone" in answer.content.decode()
        problem = client.get(f"/api/v1/claims/{claim.key}/", {"as_of": wrong})
        assert problem.status_code == 400 and problem.json()["errors"][0]["parameter"] == "as_of"


def test_nobody_is_told_how_it_will_stand(client):
    claim, now = make_claim(), datetime.now(UTC)
    ahead = (now + timedelta(hours=14)).date()  # it is begun on some island
    for has_come in (ahead, now + timedelta(hours=1)):
        assert client.get(claim.get_absolute_url(), {"as_of": has_come.isoformat()}).status_code == 200
    for has_not in (ahead + timedelta(days=1), now + timedelta(hours=15)):
        for address in (claim.get_absolute_url(), "/claims/", f"/api/v1/claims/{claim.key}/", "/api/v1/claims/"):
            answer = client.get(address, {"as_of": has_not.isoformat()})
            assert answer.status_code == 400 and "that has come" in answer.content.decode(), address


def test_a_page_of_the_past_says_so_and_is_not_indexed(client):
    claim = make_claim()
    first = Change.objects.latest("id")
    claim.reword("New", "New words.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    assess(claim, "disputed")
    answer = client.get(claim.get_absolute_url(), {"as_of": first.recorded_at.isoformat()})
    page = answer.content.decode()
    assert "as it stood on" in page and "has changed 2 times since" in page
    assert f'<link rel="canonical" href="{claim.get_absolute_url()}">' in page
    assert answer["X-Robots-Tag"] == "noindex" and 'name="robots" content="noindex"' in page
    assert "noindex" not in client.get(claim.get_absolute_url()).content.decode()


def test_each_version_has_an_address(client):
    claim = make_claim("First words.")
    claim.reword("New", "Second words.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    first, second = (client.get(f"{claim.get_absolute_url()}v/{n}/") for n in (1, 2))
    assert "First words." in first.content.decode() and "Second words." not in first.content.decode()
    assert "Second words." in second.content.decode()
    for number in (3, 10**30):
        assert client.get(f"{claim.get_absolute_url()}v/{number}/").status_code == 404
        assert client.get(f"{claim.get_absolute_url()}diff/1/{number}/").status_code == 404


def test_what_is_hidden_now_stays_hidden_in_the_past(client):
    claim, draft = make_claim(), make_draft()
    shown = Change.objects.latest("id")
    claim.withdraw(by=make_reporter(), approved_by=make_editor(), because="Asked to.")
    for hidden in (claim, draft):
        seen(client, hidden, shown, code=404)
        assert client.get(f"{hidden.get_absolute_url()}v/1/").status_code == 404


def test_a_source_that_is_confidential_now_is_in_no_page_of_the_past(client):
    passage = make_passage("Secret words.", confidential=True)
    claim = make_claim()
    claim.appear(passage, "asserts", by=make_reporter())
    for page in seen(client, claim, Change.objects.latest("id")):
        assert "Secret words." not in page and Source.objects.get(confidential=True).key not in page


def test_a_related_claim_that_readers_did_not_see_yet_is_not_related_yet(client):
    claim, other = make_claim(), make_draft("A later claim.")
    claim.relate(other, "contradicts", by=make_reporter(), approved_by=make_editor())
    related = Change.objects.latest("id")
    other.propose("publish", by=make_reporter()).approve(by=make_editor())
    assert "A later claim." in seen(client, claim)[0] and "A later claim." not in seen(client, claim, related)[0]


def test_the_past_costs_the_same_when_the_archive_grows(client, same_queries):
    claim = make_claim()
    change = Change.objects.latest("id")
    address = f"{claim.get_absolute_url()}?as_of={quote(change.recorded_at.isoformat())}"

    def grow():
        other = make_claim()
        assess(other, "disputed")
        claim.reword("W", f"Words {other.pk}.", by=make_reporter(), approved_by=make_editor(), **UPDATE)

    same_queries(lambda: client.get(address), grow=grow)


def test_nothing_is_recorded_in_the_past():
    claim = make_draft()
    with as_of(1), pytest.raises(RuntimeError, match="Nothing is recorded in the past"):
        claim.reword("New", "New words.", by=make_reporter())
    assert Appearance.objects.live().exists()


def test_a_quote_that_changed_later_does_not_mark_the_finding_of_before(client):
    claim = make_claim()
    assess(claim, "disputed")
    found = Change.objects.latest("id")
    passage = claim.appearances.get().passage
    later = passage.capture.source.capture(b"Other words.", by=make_reporter())
    Sighting.of(passage, later, Lost("missing"), by=make_reporter())
    claim.look_again()
    assert "needs another look" in seen(client, claim)[0] and "needs another look" not in seen(client, claim, found)[0]


def test_a_review_that_is_overdue_is_told_by_the_day_on_which_one_reads(client):
    claim = make_claim()
    today = datetime.now(UTC).date()
    assess(claim, "disputed", review_by=today - timedelta(days=1))
    assert (
        "The day by which we meant to look again has passed." in client.get(claim.get_absolute_url()).content.decode()
    )
    assert client.get(f"/api/v1/claims/{claim.key}/").json()["look"] == ["overdue"]
    assess(claim, "disputed", review_by=today)
    assert client.get(f"/api/v1/claims/{claim.key}/").json()["look"] == []


def test_a_claim_of_parts_says_how_many_are_verified_then_and_now(client):
    whole, parts = make_claim("Both are true."), [make_claim(f"Part {n}.") for n in range(3)]
    for part in parts:
        part.relate(whole, "part_of", by=make_reporter(), approved_by=make_editor())
    assert "0 of 3 parts verified" in seen(client, whole)[0]
    then = Change.objects.latest("id")
    assess(parts[0], "verified")
    assess(parts[1], "verified")
    assess(parts[2], "disputed")
    assert "2 of 3 parts verified" in seen(client, whole)[0] and "0 of 3 parts verified" in seen(client, whole, then)[0]
    assert "parts verified" not in seen(client, parts[0])[0]


def test_what_changed_between_two_versions_is_shown_in_words(client):
    passage = make_passage("It fell.")
    claim = make_claim("The bridge stood.")
    claim.reword("New", "The bridge <i>fell</i>.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    claim.appear(passage, "denies", by=make_reporter(), approved_by=make_editor())
    assess(claim, "disputed", citing=[contradicts(passage)], because="A witness saw it.")
    page = client.get(f"{claim.get_absolute_url()}diff/1/4/")
    words = page.content.decode()
    assert "The bridge <del>stood</del><ins>&lt;i&gt;fell&lt;/i&gt;</ins>." in words and "A witness saw it." in words
    fell = '“<span lang="en">It fell.</span>”'
    assert f"<ins>Denies: {fell}" in words and f"<ins>contradicts: {fell}" in words.replace(
        "Contradicts", "contradicts"
    )
    assert page["X-Robots-Tag"] == "noindex"
    back = client.get(f"{claim.get_absolute_url()}diff/4/1/").content.decode()
    assert f"<del>Denies: {fell}" in back
    assert client.get(f"{claim.get_absolute_url()}diff/1/9/").status_code == 404
    assert "diff/3/4/" in client.get(claim.get_absolute_url()).content.decode()


def test_no_diff_tells_of_a_confidential_source_or_a_hidden_claim(client):
    secret = make_passage("Secret words.", confidential=True)
    claim = make_claim()
    claim.appear(secret, "denies", by=make_reporter())
    assess(claim, "disputed", citing=[contradicts(secret)])
    words = client.get(f"{claim.get_absolute_url()}diff/1/2/").content.decode()
    assert "Secret words." not in words and "a source that we keep confidential" in words
    claim.withdraw(by=make_reporter(), approved_by=make_editor(), because="Asked to.")
    assert client.get(f"{claim.get_absolute_url()}diff/1/2/").status_code == 404
