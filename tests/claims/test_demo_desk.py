"""The demo desk: two real articles, read whole. Their texts are not here; whoever holds them proves every quote."""

import hashlib
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from claims import interchange
from claims.auditing import audit
from claims.comparing import rows
from claims.independence import origins_behind, shared_origin
from claims.models import Appearance, Assessment, Cited, Claim
from claims.models.assessing import refuse_unfounded
from sources.models import Capture, Change, Origin, Passage, Source
from sources.proving import prove

from .. import desks

FIXTURES = settings.ROOT / "fixtures"
# One worker loads the demo desk, for all of them.
pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("demo")]
HELD = os.environ.get("FACTDESK_PROOF_TEXTS", "")


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """There for every test of this file."""
    with django_db_blocker.unblock(), desks.demo():
        yield


def coverage():
    with open(FIXTURES / "coverage.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_the_demo_desk_loads_whole_and_dumps_as_it_was(desk):
    assert list(audit()) == []
    assert "".join(f"{line}\n" for line in interchange.dump()) == (FIXTURES / "demo.jsonl").read_text("utf-8")


def test_nothing_about_the_world_is_verified_by_two_anonymous_articles(desk):
    assert set(Claim.objects.filter(status="verified").values_list("kind", flat=True)) == {"arithmetic"}


def test_both_articles_were_read_to_the_end_after_the_last_claim(desk):
    """Every sentence of theirs is in the list of sentences, so that a table may say that one of them is silent."""
    carried = Counter(
        said.position for row in rows_of(Claim.objects.public()) for cell in row.cells for said in cell.said
    )
    assert carried["silent"] > 100 and not carried["not_read"]


def rows_of(claims):
    return rows(claims.for_list(), list(Source.objects.public()))


def test_sensitive_claims_come_without_words_and_stay_hidden(desk):
    sensitive = Claim.objects.exclude(sensitivity="")
    assert sensitive.count() > 50
    assert not sensitive.filter(public=True).exists()
    assert not sensitive.filter(wording__isnull=False).exists()
    assert set(Passage.objects.filter(appearances__claim__in=sensitive).values_list("exact", flat=True)) == {""}


def test_every_quote_has_a_translation_that_says_it_is_ours(desk):
    quoted = Passage.objects.exclude(exact="")
    assert not quoted.filter(translations__isnull=True).exists()
    assert set(quoted.values_list("translations__made_by", "translations__checked_by")) == {("FactDesk", "")}


def test_the_captures_ship_no_text(desk):
    assert set(Capture.objects.values_list("text", "withheld")) == {("", True)}


def test_findings_carry_two_editors(desk):
    found = Assessment.objects.select_related("since")
    assert all(a.since.approval == "second" and a.since.by_id != a.since.approved_by_id for a in found)


def test_an_allegation_of_misconduct_says_who_alleged_it_and_why_no_reply_was_sought(desk):
    alleged = Claim.objects.filter(misconduct=True).select_related("wording")
    assert alleged.count() >= 10
    for claim in alleged:
        assert any(
            word in claim.wording.statement
            for word in (" reported ", " said ", " alleged ", " told ", " investigated ")
        )
        assert Change.objects.get(key=claim.key, verb="publish").note.startswith("Demonstration desk")


def test_every_sentence_has_its_claims_or_a_reason(desk):
    for row in coverage():
        capture = Capture.objects.get(source__key=row["source"])
        if "claims" not in row:
            assert row["reason"]
            continue
        here = Appearance.objects.filter(
            passage__capture=capture, passage__start__lt=row["end"], passage__end__gt=row["start"]
        )
        assert set(row["claims"]) == set(here.values_list("claim__key", flat=True))


def test_every_passage_lies_in_a_sentence_of_the_list(desk):
    rows = coverage()
    for passage in Passage.objects.select_related("capture__source"):
        held = [r for r in rows if r["source"] == passage.capture.source.key and r["start"] <= passage.start < r["end"]]
        assert held and "claims" in held[0], passage.ref


def test_the_list_of_sentences_leaves_no_paragraph_out(desk):
    for capture in Capture.objects.select_related("source"):
        rows = sorted((r["start"], r["end"]) for r in coverage() if r["source"] == capture.source.key)
        assert all(a[1] <= b[0] for a, b in zip(rows, rows[1:], strict=False))
        for start, end in capture.blocks:
            inside = [(max(a, start), min(b, end)) for a, b in rows if a < end and b > start]
            assert sum(b - a for a, b in inside) >= 0.95 * (end - start), (capture.ref, start, end)


def test_what_both_articles_say_is_one_claim_with_two_appearances(desk):
    both = [c for c in Claim.objects.all() if c.appearances.values("passage__capture").distinct().count() == 2]
    assert len(both) >= 20


def test_whoever_holds_the_articles_proves_every_passage_and_nobody_else_does(desk):
    proof = prove(HELD)
    assert proof.total == Passage.objects.count() > 300
    assert (proof.proved, proof.contradicted) == (proof.total if HELD else 0, [])


def test_between_the_sentences_is_only_white_space(desk):
    texts = (
        {hashlib.sha256(p.read_bytes()).hexdigest(): p.read_bytes().decode() for p in Path(HELD).iterdir()}
        if HELD
        else {}
    )
    for capture in Capture.objects.select_related("source"):
        # Without the file, the paragraphs stand for it: what the list leaves out is counted in the test above.
        text, at = texts.get(capture.sha256, ""), 0
        for start, end in sorted((r["start"], r["end"]) for r in coverage() if r["source"] == capture.source.key):
            assert at <= start < end <= capture.length
            assert not text[at:start].strip()
            at = end
        assert not text[at:].strip()


# Rule 4: both articles go back to Forbes, so neither verifies what the other says.


def claims_of_the_file():
    with open(FIXTURES / "demo.jsonl", encoding="utf-8") as lines:
        return [row["key"] for row in map(json.loads, lines) if row["type"] == "claim"]


@pytest.fixture(scope="module")
def cited(desk):
    """Of each article, one passage for each set of origins that its passages have behind them."""
    kinds = {}
    for passage in Passage.objects.order_by("id"):
        behind = frozenset(origins_behind([passage.pk]))
        kinds.setdefault(passage.capture_id, {}).setdefault(behind, Cited("supports", passage_id=passage.pk))
    assert len(kinds) == 2
    return [list(found.values()) for found in kinds.values()]


@pytest.fixture(scope="module")
def forbes(desk):
    return Origin.objects.get(name="Forbes, June 2023")


def under_test(claim):
    return origins_behind(claim.appearances.live().exclude(position="denies").values_list("passage_id", flat=True))


@pytest.mark.parametrize("key", claims_of_the_file())
def test_no_claim_of_the_demo_is_verified_by_its_two_articles(cited, key):
    claim = Claim.objects.get(key=key)
    both = [of_one[0] for of_one in cited]
    said = "Both citations go back to Forbes, June 2023, and so does the claim"
    if claim.wording_id and claim.kind not in ("opinion", "arithmetic"):
        with pytest.raises(ValidationError, match=said):
            refuse_unfounded(claim, "verified", "Both articles say so.", both)
    else:
        assert shared_origin(claim, both).startswith(said)


def test_whichever_passages_are_cited_the_circle_is_named_once(cited, forbes):
    """For each set of origins that a claim of the demo has behind it."""
    claims = {frozenset(under_test(claim)): claim for claim in Claim.objects.order_by("id")}
    every = [*cited[0], *cited[1]]
    assert len(claims) > 3 and len(every) > 3
    for claim in claims.values():
        for one in every:
            said = shared_origin(claim, [one])
            assert said.startswith("The evidence and the claim both go back to ")
            assert said.count(forbes.name) == 1 and "Forbes, date not stated" not in said
        assert f"All {len(every)} citations go back to Forbes, June 2023, and" in shared_origin(claim, every)
