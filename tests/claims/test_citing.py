"""What a finding cites, and the markers in its reason: the numbers on the form, in the record and on the page are the same."""

import pytest
from django.core.exceptions import ValidationError

from claims.citing import AssessForm
from claims.models import Proposal
from claims.templatetags.desk import with_evidence

from ..making import assess, contradicts, make_claim, make_editor, make_origin, make_passage, make_reporter, supports

pytestmark = pytest.mark.django_db


def two_cited():
    return [contradicts(make_passage("One.")), supports(make_passage("Two."))]


@pytest.mark.parametrize(
    ("reason", "count", "sentence"),
    [
        ("The log [1], the letter [3].", 2, r"cites \[3\], but there are 2 citations"),
        ("The log [2].", 1, r"cites \[2\], but there is 1 citation"),
        ("The log [1].", 0, r"cites \[1\], but there are no citations"),
    ],
)
def test_a_marker_that_no_citation_has_is_refused_at_every_door(reason, count, sentence):
    claim, citing, by = make_claim(), two_cited()[:count], make_reporter()
    status = "disputed" if count else "unverified"
    with pytest.raises(ValidationError, match=sentence) as refusal:
        claim.propose("assess", by=by, status=status, because="So.", reason=reason, citing=[vars(c) for c in citing])
    assert "reason" in refusal.value.message_dict
    with pytest.raises(ValidationError, match=sentence):
        assess(claim, status, citing=citing, reason=reason)
    assert not claim.assessments.exists() and not claim.proposals.filter(verb="assess").exists()


@pytest.mark.parametrize("reason", ["", "The log [1] and [2], [1] again.", "In [2023] he [sic] wrote [0] and [1, 2]."])
def test_markers_that_are_answered_and_brackets_that_are_none_are_kept(reason):
    assert assess(make_claim(), "disputed", citing=two_cited(), reason=reason).reason == reason


def test_on_the_page_a_marker_leads_to_its_evidence(client):
    claim = make_claim()
    assess(claim, "disputed", citing=two_cited(), reason="The log [1]; a letter [2], <b>of [2023].")
    page = client.get(claim.get_absolute_url()).content.decode()
    words = (
        'The log <a class="ref" href="#ev1" id="r1">[1]</a>; '
        'a letter <a class="ref" href="#ev2" id="r2">[2]</a>, &lt;b&gt;of [2023].'
    )
    assert f"<p>{words}</p>" in page
    assert 'id="ev1"' in page and 'id="ev2"' in page and 'id="ev3"' not in page


def test_a_marker_without_evidence_leads_nowhere():
    assert with_evidence("The log [3].", [1, 2]) == "<p>The log [3].</p>"


def test_the_numbers_on_the_form_are_those_of_the_citations():
    """In the order of the page, whatever was chosen first."""
    claim, other = make_claim(passage=make_passage("One. Two. Three.", end=4)), make_passage("Elsewhere.")
    capture = claim.appearances.get().passage.capture
    for start, end in ((10, 15), (5, 9)):
        claim.appear(
            capture.quote(start, end, by=make_reporter()), "denies", by=make_reporter(), approved_by=make_editor()
        )
    one, three, two = (a.passage_id for a in claim.appearances.order_by("id"))
    data = {"status": "disputed", "because": "So.", "code": "first", "reference": "A letter", "passage": other.ref}
    data |= {"reference_stance": "context", "passage_stance": "context"}
    form = AssessForm(claim, data | {f"stance_{three}": "contradicts", f"stance_{one}": "supports"})
    assert form.is_valid(), form.errors
    shown = {p.pk: number for p, _, number in form.evidence()}
    assert shown == {one: 1, two: None, three: 2}
    assert [number for _, _, number in form.others()] == [3, 4, None]
    claim.propose("assess", by=make_reporter(), **form.arguments()).approve(by=make_editor())
    claim.refresh_from_db()
    found = [(c.number, c.passage_id or c.reference) for c in claim.assessment.citations.order_by("number")]
    assert found == [(1, one), (2, three), (3, other.pk), (4, "A letter")]


def test_what_the_last_finding_cited_is_on_file():
    claim, log = make_claim(), make_passage("The log.")
    assess(claim, "disputed", citing=[contradicts(log)])
    assert log in [p for p, _, _ in AssessForm(claim).evidence()]
    assert log not in [p for p, _, _ in AssessForm(make_claim()).evidence()]


def test_a_marker_whose_evidence_was_taken_away_is_refused():
    form = AssessForm(
        make_claim(), {"status": "unverified", "because": "So.", "code": "first", "reason": "The log [?]."}
    )
    assert form.errors["reason"] == ["The reason cites [?]: its evidence was taken away. Cite other evidence"]


def test_a_supporting_reference_still_names_its_origin():
    form = AssessForm(
        make_claim(),
        {
            "status": "verified",
            "because": "So.",
            "code": "first",
            "reference": "A letter",
            "reference_stance": "supports",
        }
        | {"origin": make_origin("The office").key, "reason": "It says so [1]."},
    )
    assert form.is_valid() and form.cited()[0].origin_id
    assert Proposal.objects.filter(verb="assess").count() == 0
