"""References to claims before citation-js, and their CSL-JSON before the data schema of the Citation Style Language."""

import json
from datetime import UTC, datetime

import pytest

from claims.formats.bibliography import Reference, bibtex, csl, ris

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("judges")]
WRITTEN = {"bib": bibtex, "ris": ris, "json": csl}
AWKWARD = [
    "橋は一度も点検されなかった。",
    "他说：“大桥从未检查过”，2023年6月。",
    "A {brace} opens, { one stays, } one ends, {{two}}",
    "Smith & Sons: 91 % of £1.7 m, or $2_000 # 3 ~ 4 ^ 5",
    "\"Straight\", 'single', “curly”, «guillemets», ‘a’, „b“",
    "A back\\slash, a \\command{of} TeX, and \\& what is escaped",
    "It ends in a backslash \\",
    "e=mc^2, a_b, 50% off -- and --- dashes – — and an @article{key,",
    "<b>bold</b> <i>it</i> <script>alert(1)</script> &amp; &lt;",
    "TY  - JOUR\r\nER  - \r\nAU  - Somebody else",
    "  white\t\tspace \n and lines  ",
    "ÉCOLE DE MATHÉMATIQUES; naïve Łódź, ﬁ, ß, İstanbul, عربى, עברית, 😀",
    "McDonald's LLC and the United Nations, von der Leyen and others, et al.",
    "URL: https://a.example/?a=1&b=%20#c_d~e",
    "x" * 3000,
]


def about(said, n):
    key = f"FD-awkward{n:03}"
    return Reference(
        key=key,
        version=n + 1,
        said=said,
        language="en",
        standing="disputed",
        why=f"We read it: {said}",
        made_at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC),
        address=f"https://desk.example/claims/{key}/v/{n + 1}/",
    )


@pytest.fixture(scope="module")
def references(published):
    """Of real claims and of awkward ones: each in its three forms."""
    awkward = [about(said, n) for n, said in enumerate(AWKWARD)]
    return published.citations | {r.key: {form: write(r) for form, write in WRITTEN.items()} for r in awkward}


def test_every_reference_in_csl_json_is_as_its_schema_has_it(judged, references):
    documents = {key: json.loads(forms["json"]) for key, forms in references.items()}
    found = judged(documents, "typed.mjs", "csl-json")
    assert {key: said for key, said in found.items() if said} == {} and len(found) > 30


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_citation_js_makes_of_each_form_what_csl_json_says(judged, references, form):
    found = judged({key: forms[form] for key, forms in references.items()}, "citations.mjs")
    wrong = {}
    for key, forms in references.items():
        [said], items = json.loads(forms["json"]), found[key]
        if [told(item, form) for item in items] != [told(said, form)]:
            wrong[key] = (told(said, form), items)
    assert wrong == {}


def told(item, form):
    """What all three forms say. BibTeX has no field for the publisher of a page, RIS none for a version."""
    said = {name: item.get(name) for name in ("id", "type", "title", "URL", "note", "language", "issued")}
    said["author"] = [name.get("literal") or name.get("family") for name in item.get("author", [])]
    said["version"] = item.get("edition" if form == "ris" and "edition" in item else "version")
    return said


BROKEN = {
    "no id": lambda item: item.pop("id"),
    "no type": lambda item: item.pop("type"),
    "a type that is none": lambda item: item.update(type="web page"),
    "a date in words": lambda item: item.update(issued="9 March 2026"),
    "an author in words": lambda item: item.update(author="FactDesk"),
    "a field that is misspelt": lambda item: item.update(titel=item.pop("title")),
}


def test_csl_json_that_is_broken_is_found(judged, references):
    broken = {}
    for key in list(references)[:10]:
        for name, break_it in BROKEN.items():
            [item] = json.loads(references[key]["json"])
            break_it(item)
            broken[f"{key}: {name}"] = [item]
    found = judged(broken, "typed.mjs", "csl-json")
    assert len(broken) == 60 and [name for name in broken if not found[name]] == []


LOST = {
    "bib": [("}},\n  version", "},\n  version"), ("title", "titel"), ("@online", "online"), ("date =", "dates =")],
    "ris": [("TI  - ", "TI - "), ("DA  - ", "DX  - "), ("UR  - ", "XX  - "), ("TY  - ELEC", "TY  - JOUR")],
}


@pytest.mark.parametrize("form", ["bib", "ris"])
def test_a_reference_that_is_broken_is_found(judged, references, form):
    broken, right = {}, {}
    for key in list(references)[:10]:
        for part, instead in LOST[form]:
            assert part in references[key][form]
            name = f"{key}: {instead}"
            broken[name] = references[key][form].replace(part, instead, 1)
            right[name] = [told(item, form) for item in json.loads(references[key]["json"])]
    found = judged(broken, "citations.mjs")
    missed = [name for name in broken if [told(item, form) for item in found[name]] == right[name]]
    assert len(broken) == 40 and missed == []
