"""Who runs the desk, in the operator's own words; where they say nothing, the page says so."""

import pytest

from claims.pages.about import SECTIONS
from factdesk.about import SECTIONS as NAMES
from factdesk.about import NotRight, read_about

from ..making import make_claim, make_subject


@pytest.mark.django_db
def test_what_the_operator_did_not_say_is_said_to_be_unsaid(client, settings):
    settings.FACTDESK_ABOUT = {}
    page = client.get("/about/").content.decode()
    for name, _, silent in SECTIONS:
        assert str(silent) in page and f'id="{name}"' in page


@pytest.mark.django_db
def test_what_the_operator_said_stands_there_as_words_in_their_language(client, settings):
    settings.FACTDESK_ABOUT = {
        "who": "Nous.\n\n<b>Deux</b> https://example.org",
        "email": "d@example.org",
        "language": "fr",
    }
    page = client.get("/about/").content.decode()
    assert 'lang="fr"><p>Nous.</p>' in page and "&lt;b&gt;Deux" in page
    assert 'href="https://example.org"' in page and 'href="mailto:d@example.org"' in page
    assert str(SECTIONS[0][2]) not in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('whom = "x"', "Did you mean who?"),
        ("who = 3", "is a text in quotes"),
        ("who = ", "cannot be read"),
        ('zzz = "x"', "It says who"),
    ],
)
def test_a_file_that_is_not_right_is_refused_in_a_sentence(tmp_path, text, sentence):
    (tmp_path / "about.toml").write_text(text)
    with pytest.raises(NotRight, match=sentence.replace("?", r"\?")):
        read_about(str(tmp_path / "about.toml"))
    with pytest.raises(NotRight, match="cannot be read"):
        read_about(str(tmp_path / "nothing.toml"))


def test_the_demonstration_says_that_it_is_one(settings):
    told = read_about(str(settings.ROOT / "fixtures" / "about.toml"))
    assert set(told) == set(NAMES) - {"email"} and "This is a demonstration desk." in told["who"]


@pytest.mark.django_db
def test_every_page_leads_to_these(client):
    claim = make_claim(subjects=[make_subject()])
    source = claim.appearances.get().passage.capture.source
    for address in ("/", "/claims/", "/about/", claim.get_absolute_url(), source.get_absolute_url(), "/nowhere/"):
        page = client.get(address).content.decode()
        for link in ("/method/", "/corrections/", "/about/", "/api/docs/", "/about/#accessibility"):
            assert f'href="{link}"' in page
        assert 'href="/report/' in page
    assert f'href="/report/?claim={claim.key}"' in client.get(claim.get_absolute_url()).content.decode()
    assert f'href="/report/?source={source.key}"' in client.get(source.get_absolute_url()).content.decode()
