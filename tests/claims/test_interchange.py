import json

import pytest
from django.contrib.auth.models import User

from claims import interchange
from sources.models import Change
from sources.models.record import Clock

from ..making import (
    a_full_desk,
    assess,
    empty_the_desk,
    everything_said,
    make_chief,
    make_claim,
    make_draft,
    make_passage,
    make_reporter,
    make_source,
)

pytestmark = pytest.mark.django_db


def test_a_dump_loads_to_the_same_dump():
    a_full_desk()
    first, said = list(interchange.dump()), everything_said()
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first
    assert everything_said() == said


def test_a_second_load_changes_nothing():
    a_full_desk()
    lines = list(interchange.dump())
    before = Change.objects.count()
    assert interchange.load(lines).total == 0
    assert Change.objects.count() == before


def test_a_load_knows_at_each_line_what_the_lines_before_changed():
    """What lines name is asked for once, until a line changes it."""
    by, passage = make_reporter(), make_passage()
    make_draft(passage=passage)
    passage.capture.source.edit(confidential=True, by=by)
    make_claim().appear(passage, "reports", by=by)  # no reader sees it, so one editor may
    shown = make_passage()
    make_claim(passage=shown)
    shown.capture.read_to_the_end(by=by)  # readers see the source since
    lines, said, edition = list(interchange.dump()), everything_said(), Clock.objects.get().edition
    empty_the_desk()
    interchange.load(lines)
    assert everything_said() == said
    assert Clock.objects.get().edition == edition


def test_an_empty_desk_keeps_the_recorded_moments():
    make_claim()
    lines, moments = list(interchange.dump()), list(Change.objects.values_list("recorded_at", flat=True))
    empty_the_desk()
    interchange.load(lines)
    assert list(Change.objects.values_list("recorded_at", flat=True)) == moments


def test_a_desk_with_a_history_keeps_the_files_moment_as_decided_on():
    make_claim()
    lines = list(interchange.dump())
    day = json.loads(lines[-1])["at"][:10]
    empty_the_desk()
    make_draft()
    interchange.load(lines)
    assert Change.objects.latest("id").decided_on == day


def test_a_dry_run_says_what_a_load_does_and_changes_nothing():
    make_claim()
    lines = list(interchange.dump())
    empty_the_desk()
    planned = interchange.load(lines, dry_run=True)
    assert not Change.objects.exists()
    assert interchange.load(lines).created == planned.created


def test_a_bad_line_is_named_and_its_batch_is_undone():
    make_claim()
    lines = list(interchange.dump())
    empty_the_desk()
    lines[-1] = lines[-1].replace('"publish"', '"publicise"')
    with pytest.raises(interchange.BadLine, match=f"Line {len(lines)}: 'publicise' is not a type"):
        interchange.load(lines)
    assert not Change.objects.exists()


def test_a_file_does_not_carry_a_finding_of_one_person():
    claim = make_claim()
    assess(claim, "disputed")
    lines = [json.loads(line) for line in interchange.dump()]
    for line in lines:
        if line["type"] == "assessment":
            line["approved_by"] = line["by"]
    empty_the_desk()
    with pytest.raises(interchange.BadLine, match="another editor must approve"):
        interchange.load(map(json.dumps, lines))


def test_a_file_does_not_carry_a_finding_without_citations():
    claim = make_claim()
    assess(claim, "disputed")
    lines = [json.loads(line) for line in interchange.dump()]
    for line in lines:
        line.pop("citations", None)
    empty_the_desk()
    with pytest.raises(interchange.BadLine, match="contradicts the claim"):
        interchange.load(map(json.dumps, lines))


def test_a_file_does_not_alter_a_quote():
    make_claim()
    lines = [json.loads(line) for line in interchange.dump()]
    for line in lines:
        if line["type"] == "passage":
            line["exact"] = "x" + line["exact"][1:]
    empty_the_desk()
    with pytest.raises(interchange.BadLine, match="not in the text"):
        interchange.load(map(json.dumps, lines))


def test_a_thing_that_is_there_otherwise_is_refused():
    make_claim("The bridge fell.")
    lines = [line.replace("The bridge fell.", "The bridge stood.") for line in interchange.dump()]
    with pytest.raises(interchange.BadLine, match="there already, with another"):
        interchange.load(lines)


def test_a_loaded_editor_cannot_sign_in_yet():
    make_claim()
    lines = list(interchange.dump())
    empty_the_desk()
    interchange.load(lines)
    assert not User.objects.filter(is_active=True).exists()


def bent(change_a_line):
    """A dump of a disputed claim with one line changed; loads into an empty desk up to that line."""
    claim = make_claim()
    assess(claim, "disputed")
    lines = [json.loads(line) for line in interchange.dump()]
    empty_the_desk()
    return [json.dumps(change_a_line(line), ensure_ascii=False) for line in lines]


BENT = [
    ("assessment", {"citations": []}, "contradicts the claim"),
    ("assessment", {"status": "verified"}, "supports the claim"),
    ("assessment", {"approved_by": None}, "another editor must approve"),
    ("assessment", {"wording": 7}, "does not exist"),
    ("assessment", {"number": 3}, "does not follow"),
    ("publish", {"approved_by": None}, "another editor must approve"),
    ("passage", {"exact": "Other words"}, "verbatim|letter for letter|not in the text"),
    ("passage", {"end": 100000}, "characters"),
    ("source", {"dated": "June"}, "Enter a year"),
    ("source", {"language": "qqqq"}, "not a language"),
    ("claim", {"statement": ""}, "one sentence"),
    ("claim", {"status": "verified"}, "with another status"),
    ("capture", {"length": 7}, "does not have this length"),
    ("capture", {"text_sha256": "0" * 64}, "does not have this text_sha256"),
    ("capture", {"text": "", "withheld": True, "blocks": [[5]]}, "not pairs"),
    ("capture", {"charset": "no-such"}, "not an encoding"),
    ("assessment", {"decided_on": "next Tuesday"}, "Enter a year"),
    ("assessment", {"at": "2999-01-01T00:00:00Z"}, "has not come yet"),
    ("assessment", {"at": "2026-01-01T00:00:00"}, "no time zone"),
    ("assessment", {"number": 10**30}, "."),
    ("appearance", {"speakers": [{"name": "x", "salt": "", "seal": "q"}]}, "another speakers"),
    ("appearance", {"passage": "SO-1/"}, "."),
    ("claim", {"headline": {"a": 1}}, "another headline"),
    ("claim", {"statement": "A null \0 character."}, "null character"),
]


@pytest.mark.parametrize(("kind", "fields", "sentence"), BENT)
def test_a_file_bends_no_rule(kind, fields, sentence):
    lines = bent(lambda line: line | fields if line["type"] == kind else line)
    with pytest.raises(interchange.BadLine, match=sentence):
        interchange.load(lines)
    assert not Change.objects.exists()


def test_a_file_does_not_verify_a_claim_by_its_own_source():
    passage = make_passage()
    claim = make_claim(passage=passage)
    assess(claim, "verified")
    lines = [json.loads(line) for line in interchange.dump()]
    empty_the_desk()
    for line in lines:
        for cited in line.get("citations", []):
            cited["passage"] = passage.ref
    with pytest.raises(interchange.BadLine, match="both go back to"):
        interchange.load([json.dumps(line) for line in lines])


def test_a_file_does_not_publish_words_of_a_sensitive_claim():
    passage = make_passage("The person is ill.")
    claim = make_draft(passage=passage)
    make_draft(passage=passage, sensitivity="health")
    lines = list(interchange.dump())
    act = {"type": "publish", "claim": claim.key, "by": "a", "approved_by": "b", "at": "2999-01-01T00:00:00Z"}
    people = [json.dumps({"type": "editor", "username": name, "role": "editor"}) for name in "ab"]
    empty_the_desk()
    with pytest.raises(interchange.BadLine, match="overlap the passage of a sensitive claim"):
        interchange.load([*lines, *people, json.dumps(act)])


def test_words_that_come_back_are_an_act_of_their_own():
    by, passage, source = make_reporter(), make_passage(), make_source()
    for words in ("One.", "Another.", "One."):
        passage.translate(words, by=by, made_by="FactDesk")
        source.edit(by=by, title=words)
    first = list(interchange.dump())
    assert interchange.load(first).total == 0
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first


def test_an_override_loads_with_its_reason():
    claim = make_claim()
    claim.reword("New", "New words.", by=make_chief(), override="Urgent", code="new_evidence", because="It is new.")
    claim.withdraw(by=make_chief(), because="A court ordered it.", override="Urgent")
    lines = list(interchange.dump())
    empty_the_desk()
    interchange.load(lines)
    assert list(interchange.dump()) == lines
    assert Change.objects.get(verb="withdraw").note == "A court ordered it.\nUrgent"


def test_a_line_may_spell_out_what_it_could_leave_out():
    make_source(withheld=False)
    lines = [json.loads(line) for line in interchange.dump()]
    spelt = [line | ({"withheld": False, "http_status": None} if line["type"] == "capture" else {}) for line in lines]
    assert interchange.load(map(json.dumps, spelt)).total == 0


def test_deep_lines_are_refused_by_their_number():
    with pytest.raises(interchange.BadLine, match="Line 1"):
        interchange.load(["[" * 200_000])
