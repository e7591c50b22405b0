"""The commands: what they print, and how they refuse."""

import json
import socket

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from claims.models import Claim
from sources.models import Change

from ..making import empty_the_desk, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, capsys):
    """A dumped desk of one claim, and the desk emptied."""
    make_claim()
    call_command("dump")
    path = tmp_path / "desk.jsonl"
    path.write_text(capsys.readouterr().out, "utf-8")
    empty_the_desk()
    return path


def test_a_load_says_what_it_made_and_a_second_one_that_nothing_is_new(file, capsys):
    call_command("load_desk", file)
    assert "created 1 claim" in capsys.readouterr().out
    call_command("load_desk", file)
    assert "created 0" in capsys.readouterr().out


def test_a_dry_run_changes_nothing(file, capsys):
    call_command("load_desk", file, dry_run=True)
    assert "would create 1 claim" in capsys.readouterr().out
    assert not Change.objects.exists()


def test_a_bad_line_is_named_by_its_number_and_its_reason(file):
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([*lines[:-1], json.dumps({"type": "poem"})]), "utf-8")
    with pytest.raises(
        CommandError, match=f"Line {len(lines)}: 'poem' is not a type of this format. Nothing of its batch"
    ):
        call_command("load_desk", file)
    assert not Claim.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="none.jsonl: No such file"):
        call_command("load_desk", tmp_path / "none.jsonl")


def test_the_demonstration_is_served_only_as_one():
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_port_that_is_in_use_gets_one_sentence(settings):
    settings.DEMO = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="is in use or not open to you. Choose another: make demo PORT="):
            call_command("demo", port=taken.getsockname()[1])
