"""What the documents say is so."""

import json
import re

import pytest
from django.conf import settings

from claims import interchange

from .making import a_full_desk

FORMAT = (settings.ROOT / "docs" / "interchange.md").read_text("utf-8")


def words_of(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


@pytest.mark.django_db
def test_every_type_and_field_of_a_dump_is_documented():
    a_full_desk()
    documented = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", FORMAT))))
    lines = [json.loads(line) for line in interchange.dump()]
    assert {line["type"] for line in lines} | {name for line in lines for name in words_of(line)} <= documented


def test_every_type_that_a_load_reads_is_documented():
    for name in interchange.READERS:
        assert f"`{name}`" in FORMAT


def test_every_command_in_the_documents_exists():
    for document in (settings.ROOT / "docs").glob("*.md"):
        for name in re.findall(r"manage\.py ([a-z_]+)", document.read_text("utf-8")):
            known = [*settings.ROOT.glob(f"*/management/commands/{name}.py")]
            assert known or name in {"migrate", "createsuperuser", "makemigrations"}, name


def test_every_setting_in_the_documents_is_read():
    read = (settings.ROOT / "factdesk" / "settings.py").read_text("utf-8")
    for name in re.findall(r"^\| `([A-Z_]+)`", (settings.ROOT / "docs" / "operating.md").read_text("utf-8"), re.M):
        assert f'"{name}"' in read
