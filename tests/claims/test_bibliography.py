"""A claim as reference managers read it: what they make of it is what stands there."""

import json
import re
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from hypothesis import example, given
from hypothesis import strategies as st

from claims.formats.bibliography import Reference, bibtex, csl, ris

from ..making import UPDATE, assess, make_claim, make_draft, make_editor, make_reporter, two

AT = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
NASTY = "".join(map(chr, range(33))) + "\x7f\x85\u2028\u2029\ufffe\ud800{}\\%&$#_~^\"@,= -`'?!<>ABTYER\n"
words = st.one_of(st.text(), st.text(alphabet=NASTY), st.text(alphabet="{}\\"))


def cited(said="The bridge fell.", why="We read it.", **fields):
    about = {"key": "FD-abcdefghij", "version": 4, "language": "en", "standing": "disputed", "made_at": AT}
    address = "https://desk.example/claims/FD-abcdefghij/v/4/"
    return Reference(**({"said": said, "why": why, "address": address} | about | fields))


def plain(tex):
    """What TeX prints of our escapes."""
    tex = tex.replace("--", "–").replace("``", "“").replace("''", "”")
    names = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    return re.sub(r"\\text(\w+)\{\}|\\([&%$#_])|\{\}", lambda found: names.get(found[1], found[2] or ""), tex)


def same(found, given):
    """Letter for letter, but for signs that no format holds and for white space."""
    lost = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
    return found == " ".join(lost.sub(" ", given).split())


@example("It stood -- or so ``they'' say --- for years.", "unverified")
@given(words, words)
def test_bibtex_is_read_back_as_it_was_said(said, standing):
    library = bibtexparser.parse_string(bibtex(cited(said, standing=standing)))
    assert library.failed_blocks == [] and len(library.entries) == 1
    entry = library.entries[0]
    assert entry.entry_type == "online" and entry.key == "FD-abcdefghij-v4"
    title = entry["title"]
    assert title[0] == "{" and title[-1] == "}" and same(plain(title[1:-1]), said)
    assert same(plain(entry["note"]), f"FD-abcdefghij, {standing}")
    assert entry["author"] == "{FactDesk}"  # the braces that are left keep it one name
    assert (entry["date"], entry["version"], entry["langid"]) == ("2026-03-09", "4", "en")
    assert entry["url"] == "https://desk.example/claims/FD-abcdefghij/v/4/"


@given(words, words)
def test_ris_is_read_back_as_it_was_said(said, why):
    text = ris(cited(said, why))
    lines = text.split("\r\n")
    assert lines[-1] == "" and lines[-2] == "ER  - " and "\n" not in "".join(lines) and "\r" not in "".join(lines)
    assert all(re.match("[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    [entry] = rispy.loads(text)
    assert entry["type_of_reference"] == "ELEC" and entry["authors"] == ["FactDesk"]
    assert same(entry.get("title", ""), said) and same(entry.get("abstract", ""), why)
    assert entry["date"] == "2026/03/09/" and entry["urls"] == ["https://desk.example/claims/FD-abcdefghij/v/4/"]


@given(words)
def test_csl_names_its_author_and_its_day_as_its_schema_has_them(said):
    [item] = json.loads(csl(cited(said)).encode())
    assert same(item.get("title", ""), said)
    assert item["author"] == [{"literal": "FactDesk"}] and item["issued"] == {"date-parts": [[2026, 3, 9]]}
    assert item["type"] == "webpage" and item["version"] == "4"


def test_the_judges_find_what_is_broken():
    broken = bibtex(cited()).replace("disputed},", "disputed {,")
    assert bibtexparser.parse_string(broken).failed_blocks
    assert rispy.loads(ris(cited()).replace("TY  - ELEC", "TY - ELEC")) != rispy.loads(ris(cited()))


# On the site

FORMS = ("cite/", "cite.bib", "cite.ris", "cite.json")


@pytest.mark.django_db
def test_what_is_cited_is_the_version_that_is_read(client):
    claim = make_claim("The bridge fell.")
    version = client.get(f"/claims/{claim.key}/v/1/").content.decode()
    assess(claim, "disputed", because="It stands.")
    claim.reword("H", "The bridge fell down.", by=make_reporter(), approved_by=make_editor(), **UPDATE)
    now = {form: client.get(f"/claims/{claim.key}/{form}").content.decode() for form in FORMS}
    for form, text in now.items():
        assert f"http://testserver/claims/{claim.key}/v/3/" in text and "The bridge fell down." in text, form
    assert f"({claim.key}, version 3, disputed)" in now["cite/"]
    then = re.search(rf'/claims/{claim.key}/cite/(\?as_of=[^"]*)', version)[1]
    for form in FORMS:
        text = client.get(f"/claims/{claim.key}/{form}{then}").content.decode()
        assert f"/claims/{claim.key}/v/1/" in text and "fell down" not in text, form
        assert f"({claim.key}, version 1, unverified)" in text or form != "cite/"


@pytest.mark.django_db
def test_two_clicks_lead_from_a_claim_to_a_file(client):
    claim = make_claim()
    page = client.get(claim.get_absolute_url()).content.decode()
    assert f'href="/claims/{claim.key}/cite/"' in page
    page = client.get(f"/claims/{claim.key}/cite/").content.decode()
    for form, kind in [("bib", "x-bibtex"), ("ris", "research-info-systems"), ("json", "csl+json")]:
        assert f'href="/claims/{claim.key}/cite.{form}"' in page
        answer = client.get(f"/claims/{claim.key}/cite.{form}")
        assert kind in answer["Content-Type"]
        assert answer["Content-Disposition"] == f'attachment; filename="{claim.key}-v1.{form}"'


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_what_no_reader_sees_is_not_cited(client, form):
    assert client.get(f"/claims/{make_draft().key}/{form}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_a_claim_that_was_merged_or_withdrawn_is_cited_where_it_went_or_not_at_all(client, form):
    merged, heir = make_claim("It fell."), make_claim("It has fallen.")
    merged.merge(heir, because="The same.", **two())
    answer = client.get(f"/claims/{merged.key}/{form}")
    assert (answer.status_code, answer["Location"]) == (301, f"/claims/{heir.key}/{form}")
    heir.withdraw(because="A court ordered it.", **two())
    for gone in (merged, heir):
        assert client.get(f"/claims/{gone.key}/{form}").status_code == 410
        assert client.get(f"/embed/{gone.key}/").status_code == 410
