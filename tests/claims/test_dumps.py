"""Dumps: whole or not there, as they were written or refused."""

import json

import pytest
from django.core.management import CommandError, call_command

from claims import interchange
from claims.interchange import packing
from claims.models import Claim

from ..making import a_full_desk, empty_the_desk, everything_said, make_claim, make_draft

pytestmark = pytest.mark.django_db


def test_a_whole_dump_loads_into_an_empty_desk_without_a_difference(tmp_path, capsys):
    a_full_desk()
    said, lines = everything_said(), list(interchange.dump())
    call_command("dump", tmp_path)
    (made,) = tmp_path.iterdir()
    manifest = json.loads((made / "manifest.json").read_text())
    assert (manifest["kind"], manifest["files"][0]["lines"]) == ("whole", len(lines))
    empty_the_desk()
    call_command("load_desk", made)
    assert everything_said() == said


def test_a_public_dump_holds_what_readers_see_and_no_number_of_the_desk(tmp_path):
    make_draft("Hidden from readers.")
    claim = make_claim("Seen by readers.")
    call_command("dump", tmp_path, public=True)
    (made,) = tmp_path.iterdir()
    text = "".join(path.read_text("utf-8") for path in made.iterdir())
    assert "Seen by readers." in text and "Hidden" not in text
    assert json.loads((made / "manifest.json").read_text())["change"] == claim.changed
    rows = [json.loads(line) for line in (made / "claims.jsonl").read_text("utf-8").splitlines()]
    assert [row["key"] for row in rows] == [claim.key]


def test_an_empty_desk_has_a_dump_too(tmp_path):
    call_command("dump", tmp_path, public=True)
    call_command("dump", tmp_path)
    assert len(list(tmp_path.iterdir())) == 2 and not Claim.objects.exists()


@pytest.mark.parametrize(
    ("bend", "sentence"),
    [
        (lambda d: (d / "claims.csv").write_bytes(b""), "not the file that was written"),
        (
            lambda d: (d / "claims.csv").write_bytes((d / "claims.csv").read_bytes().replace(b"One", b"Two")),
            "not the file",
        ),
        (lambda d: (d / "claims.csv").unlink(), "claims.csv is missing"),
        (lambda d: (d / "more").write_text(""), "more is not in the manifest"),
        (lambda d: (d / "manifest.json").write_text("[" * 9999), "cannot be read"),
        (lambda d: (d / "manifest.json").unlink(), "cannot be read"),
        (
            lambda d: (d / "manifest.json").write_text('{"format": "x", "version": 1, "files": []}'),
            "reads factdesk-dump",
        ),
    ],
)
def test_a_dump_that_was_touched_is_refused(tmp_path, bend, sentence):
    make_claim("One.")
    made = packing.pack(tmp_path, packing.PUBLIC)
    call_command("dump", made, check=True)
    bend(made)
    with pytest.raises(CommandError, match=sentence):
        call_command("dump", made, check=True)


def test_a_dump_that_breaks_off_is_not_there(tmp_path, monkeypatch):
    make_claim()

    def full(path, lines):
        path.write_text("".join(lines)[:10])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(packing, "_write", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("dump", tmp_path)
    assert not list(tmp_path.iterdir())


def test_older_dumps_go(tmp_path):
    (tmp_path / ".whole-20200101T000000000000Z").mkdir()
    for _ in range(3):
        call_command("dump", tmp_path, keep=2)
    call_command("dump", tmp_path, public=True, keep=2)
    assert sorted(p.name[:6] for p in tmp_path.iterdir()) == ["public", "whole-", "whole-"]
