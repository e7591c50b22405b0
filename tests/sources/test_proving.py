import hashlib

import pytest
from django.core.management import CommandError, call_command

from sources.models import Source
from sources.proving import prove

from ..making import make_reporter, make_source

pytestmark = pytest.mark.django_db
TEXT = "The bridge was never inspected. 橋は点検されなかった。"


@pytest.fixture
def withheld():
    return make_source(TEXT, withheld=True).captures.get()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "article.txt").write_bytes(TEXT.encode())
    return tmp_path


def test_without_a_folder_nothing_is_proved(withheld, capsys):
    withheld.quote(0, 10, by=make_reporter(), exact=TEXT[:10])
    call_command("prove")
    assert capsys.readouterr().out.strip() == "0 of 1 proved"


def test_whoever_holds_the_file_proves_its_passages(withheld, folder):
    withheld.quote(0, 10, by=make_reporter(), exact=TEXT[:10])
    withheld.quote(32, 34, by=make_reporter(), exact=TEXT[32:34])
    proof = prove(str(folder))
    assert (proof.proved, proof.total, proof.contradicted) == (2, 2, [])


def test_a_passage_without_words_is_proved_by_its_place_in_the_file(withheld, folder):
    withheld.quote(4, 10, by=make_reporter(), exact="")
    assert prove(str(folder)).proved == 1


def test_words_that_the_file_does_not_say_are_named(withheld, folder):
    passage = withheld.quote(0, 10, by=make_reporter(), exact="Other word")
    assert prove(str(folder)).contradicted == [passage.ref]
    with pytest.raises(CommandError, match="contradicted"):
        call_command("prove", str(folder))


def test_another_file_proves_nothing(withheld, tmp_path):
    withheld.quote(0, 10, by=make_reporter(), exact=TEXT[:10])
    (tmp_path / "other.txt").write_bytes(b"Other bytes")
    assert prove(str(tmp_path)).proved == 0


def test_a_capture_is_known_by_its_bytes(withheld):
    assert withheld.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert Source.objects.get().captures.get().text == ""
