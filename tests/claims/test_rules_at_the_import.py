"""The rules of corrections, holds, replies and mergers, at the door of a file: a line that breaks one is named and refused."""

import json

import pytest

from claims import interchange
from claims.models import Claim, Correction, Hold, Reply, ReplyRequest
from sources.models import Change

from ..making import UPDATE, assess, make_claim, make_draft, make_editor, make_passage, make_reporter

pytestmark = pytest.mark.django_db
ASKED = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}


@pytest.fixture
def two():
    return {"by": make_reporter().username, "approved_by": make_editor().username}


def people():
    return {"by": make_reporter(), "approved_by": make_editor()}


def load(line):
    return interchange.load([json.dumps(line)])


def words(claim, **more):
    return {"type": "wording", "claim": claim.key, "number": 2, "headline": "H", "statement": "Other words."} | more


def held():
    claim = make_claim()
    claim.hold("legal", because="A letter.", **people())
    return claim


def accused():
    return make_draft(misconduct=True)


def not_asked():
    claim = make_claim()
    return claim.ask(to_name="The builder", why_not="He died.", **people())


REFUSED = {
    "published words without a reason": (lambda: words(make_claim()), "Say why it changes"),
    "an update that says nothing new": (lambda: words(make_claim(), code="new_evidence"), "Say what is new"),
    "our error without a correction": (lambda: words(make_claim(), code="our_error"), "a correction, a clarification"),
    "a correction of new evidence": (
        lambda: words(make_claim(), code="new_evidence", note="X.", correction={"kind": "correction", "why": "X."}),
        "Only an error of ours",
    ),
    "a correction of no kind": (
        lambda: words(make_claim(), code="our_error", correction={"kind": "whim", "why": "X."}),
        "not a kind of correction",
    ),
    "a correction of odd fields": (
        lambda: words(make_claim(), code="our_error", correction={"kind": "correction", "whim": "X."}),
        "whim",
    ),
    "a correction that is no object": (lambda: words(make_claim(), code="our_error", correction=7), "mapping"),
    "a held claim withdrawn": (lambda: {"type": "withdraw", "claim": held().key, "note": "Asked to."}, "Lift the hold"),
    "a hold without a reason": (
        lambda: {"type": "hold", "claim": make_claim().key, "number": 1, "kind": "legal"},
        "Enter why it is held",
    ),
    "an embargo without an end": (
        lambda: {"type": "hold", "claim": make_claim().key, "number": 1, "kind": "embargo", "note": "X."},
        "when the embargo ends",
    ),
    "a hold of no kind": (
        lambda: {"type": "hold", "claim": make_claim().key, "number": 1, "kind": "whim", "note": "X."},
        "not a kind of hold",
    ),
    "a lift of what is not held": (
        lambda: {"type": "lift", "claim": make_claim().key, "number": 1, "kind": "legal", "note": "X."},
        "is not held",
    ),
    "a lift of no kind": (
        lambda: {"type": "lift", "claim": make_claim().key, "number": 1, "kind": "whim", "note": "X."},
        "whim",
    ),
    "an allegation about which nobody was asked": (
        lambda: {"type": "publish", "claim": accused().key},
        "Ask for a reply",
    ),
    "a reply of somebody who was not asked": (
        lambda: {"type": "reply", "request": not_asked().key, "number": 1, "outcome": "declined"},
        "Nobody was asked",
    ),
    "a request without a question": (
        lambda: (
            {"type": "request", "key": "RR-0000000000", "claims": [make_claim().key], "to_name": "Lac"}
            | ASKED
            | {"questions": ""}
        ),
        "what they were asked",
    ),
    "a request on no day": (
        lambda: (
            {"type": "request", "key": "RR-0000000000", "claims": [make_claim().key], "to_name": "Lac"}
            | ASKED
            | {"deadline": "soon"}
        ),
        "soon",
    ),
    "the second half of a merger alone": (
        lambda: {"type": "merge", "claim": make_claim().key, "into": make_claim().key, "note": "The same."},
        "did not take in",
    ),
    "a merger with itself": (
        lambda: (lambda k: {"type": "absorb", "claim": k, "other": k})(make_claim().key),
        "into itself",
    ),
    "a passage that is not there struck": (
        lambda: {
            "type": "strike",
            "claim": make_claim().key,
            "number": 1,
            "passage": make_passage().ref,
            "correction": {"kind": "removal", "why": "X."},
        },
        "not recorded at this passage",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_line_that_breaks_a_rule_is_refused_in_a_sentence(two, what):
    make, sentence = REFUSED[what]
    line = make() | two
    before = Change.objects.count()
    with pytest.raises(interchange.BadLine, match="Line 1: ") as refusal:
        load(line)
    assert sentence in str(refusal.value)
    assert Change.objects.count() == before


ALONE = {
    "words": lambda: words(make_claim(), code="new_evidence", note="A log was found."),
    "a hold": lambda: {"type": "hold", "claim": make_claim().key, "number": 1, "kind": "legal", "note": "X."},
    "a request": lambda: (
        {"type": "request", "key": "RR-0000000000", "claims": [make_claim().key], "to_name": "Lac"} | ASKED
    ),
    "a redaction": lambda: {"type": "redact", "claim": make_claim().key, "number": 1, "note": "X."},
    "a merger": lambda: {"type": "absorb", "claim": make_claim().key, "other": make_draft().key},
}


@pytest.mark.parametrize("what", ALONE)
def test_a_line_in_the_name_of_one_changes_nothing_that_readers_see(what):
    line = ALONE[what]() | {"by": make_reporter().username}
    with pytest.raises(interchange.BadLine, match="another editor"):
        load(line)


def test_a_line_of_each_new_kind_is_loaded_once(two):
    claim = make_claim()
    assess(claim, "disputed")
    lines = [
        words(claim, code="our_error", correction={"kind": "correction", "why": "We misread."}) | two,
        {"type": "hold", "claim": claim.key, "number": 1, "kind": "legal", "note": "A letter."} | two,
        {"type": "lift", "claim": claim.key, "number": 1, "kind": "legal", "note": "Settled."} | two,
        {"type": "request", "key": "RR-0000000000", "claims": [claim.key], "to_name": "Lac"} | ASKED | two,
        {"type": "reply", "request": "RR-0000000000", "number": 1, "outcome": "declined", "about": "By letter."} | two,
    ]
    text = [json.dumps(line) for line in lines]
    assert interchange.load(text, dry_run=True).total == 5 and not Hold.objects.exists()
    assert interchange.load(text).total == 5
    again = interchange.load(text)
    assert (again.total, again.unchanged) == (0, 5)
    assert (Correction.objects.count(), Hold.objects.count(), ReplyRequest.objects.count(), Reply.objects.count()) == (
        1,
        1,
        1,
        1,
    )
    assert Claim.objects.get(pk=claim.pk).public
    changed = json.dumps(lines[4] | {"outcome": "no_reply"})
    with pytest.raises(interchange.BadLine, match="with another outcome"):
        interchange.load([changed])
    claim.reword("H", "Third words.", **UPDATE, **people())
