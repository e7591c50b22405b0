import json

import pytest
from django.contrib.auth.models import User

from claims import interchange
from claims.models import Cited, Claim, Proposal
from sources import keeping
from sources.models import Change, Clock

from ..making import (
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
)

pytestmark = pytest.mark.django_db


def empty_the_desk():
    with keeping.lifted():
        Proposal.objects.all().delete()
        for model in keeping.kept_models():
            if model is Claim:
                model.objects.update(wording=None, assessment=None, released=None, status="unverified", public=False)
        todo = list(keeping.kept_models())
        while todo:
            model = todo.pop(0)
            try:
                model._base_manager.all().delete()
            except Exception:
                todo.append(model)
        Clock.objects.all().delete()
        User.objects.all().delete()


def a_full_desk():
    """One of everything that a line can carry."""
    by, editor = make_reporter(), make_editor()
    forbes = make_origin("Forbes, June 2023", dated="2023-06")
    undated = make_origin("Forbes")
    undated.descend(forbes, "same", by=by, note="one article")
    subject = make_subject("Björn", names=[{"text": "ビョルン", "language": "ja", "preferred": True}], wikidata="Q1")
    passage = make_passage("橋は😀 1.7百万 inspected", language="ja")
    passage.capture.mark("furniture", 0, 2, by=by)
    passage.translate("The bridge …", by=by, made_by="FactDesk")
    claim = make_draft(passage=passage, subjects=[subject], by=by)
    hidden = make_source("Words that are kept back.", withheld=True).captures.get()
    wordless = Claim.objects.record(by=by, sensitivity="health")
    wordless.appear(hidden.quote(0, 5, by=by, exact="", salt="a" * 32, seal="b" * 64), "asserts", by=by)
    other = make_claim("A sum.", kind="arithmetic")
    other.appear(
        make_passage(),
        "reports",
        by=by,
        approved_by=editor,
        dated="2023-06~",
        dated_words="about June",
        dated_basis="stated",
        speakers=[{"name": "Forbes", "origin": forbes}, {"name": "insiders", "anonymity": "group"}],
        figures=[
            {"words": "1.7百万", "low": "1700000", "high": "1700000", "currency": "GBP", "qualifier": "more than"}
        ],
    )
    assess(other, "verified", citing=[Cited("supports", expression="3.25 / 1.7 - 1", printed="0.91", decimals=2)])
    claim.reword("Better", "The bridge was not inspected.", by=by)
    assess(claim, "disputed", citing=[contradicts(note="A denial.")])
    claim.relate(other, "contradicts", by=by)
    claim.propose("publish", by=by).approve(by=editor)
    source = make_source()
    source.edit(by=by, title="Better title")
    source.edit(by=by, title="Best title", author="A. N. Author")
    claim.withdraw(by=by, approved_by=editor, because="Asked to.")


def test_a_dump_loads_to_the_same_dump():
    a_full_desk()
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first


def test_a_second_load_changes_nothing():
    a_full_desk()
    lines = list(interchange.dump())
    before = Change.objects.count()
    assert interchange.load(lines).total == 0
    assert Change.objects.count() == before


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
