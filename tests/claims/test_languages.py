"""The public pages in each language: where they are, what they say, and what stays the same for programs."""

import json
import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo
from django.apps import apps
from django.conf import settings as django_settings
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language, override
from lxml import html

from claims.models import Cited, Corrected, Correction, Report, Subject
from claims.speaking import name_of, title_of
from claims.urls import pages as PAGES
from factdesk.management.commands import messages
from sources.dates import MONTHS
from sources.models import Outlet, Source

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_claim,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
)

FOREIGN = ["fr", "ja"]
BJORNS = [("Byorun", "ja-Latn"), ("ビョルン", "ja"), ("Björn", "fr-CA")]
HERE = {"HTTP_ORIGIN": "http://testserver"}


def two():
    return {"by": make_reporter(), "approved_by": make_editor()}


@pytest.fixture(scope="module")
def made(of_the_module):
    """A claim with one of everything that its page shows, and what it leads to."""
    by = make_reporter()
    outlet = Outlet.objects.add(by=by, name="The Harbour Ledger", kind="newspaper", language="en")
    source = make_source(
        "橋は一度も点検されていない。",
        language="ja",
        title_en="The bridge",
        outlet=outlet,
        dated="2023-06",
        author="佐藤",
    )
    source.edit(title="橋の点検の話", **two())
    passage = source.captures.get().quote(0, 14, by=by)
    passage.translate("The bridge was never inspected.", by=by, made_by="FactDesk", checked_by="Somebody else")
    owner = make_subject("The Roads Office", names=[{"text": "道路局", "language": "ja", "preferred": True}])
    claim = make_claim("The footbridge was never inspected.", passage=passage, subjects=[owner], misconduct=True)
    claim.appear(
        make_passage(
            "Le pont ne fut jamais inspecté, dit-on.", language="fr", outlet=outlet, dated="2023-06-03/2023-06-09"
        ),
        "reports",
        **two(),
        hedge="hearsay",
        dated="2023-06~",
        dated_words="au début de l’été",
        dated_basis="stated",
        speakers=[
            {"name": "Forbes", "origin": make_origin("Forbes, June 2023")},
            {"name": "two insiders", "anonymity": "group"},
        ],
        figures=[
            {"words": "5 millions", "low": "5000000", "high": "5000000", "currency": "GBP", "qualifier": "more than"}
        ],
    )
    other = make_claim("The footbridge was closed for a year.")
    claim.relate(other, "contradicts", **two())
    assess(
        claim,
        "disputed",
        because="A signed sheet of the log records an inspection.",
        reason="The sheet is signed [1].\n\nIt names the bridge.",
        would_change="A second sheet of the same day.",
        citing=[
            contradicts(make_passage("Inspected on 3 May."), note="Sheet fourteen."),
            Cited(
                "context", reference="The handbook of the office", origin_id=make_origin("An office", kind="record").pk
            ),
        ],
    )
    error = Corrected("correction", "We misread the sheet of the log.")
    claim.reword("H", "The footbridge was never once inspected.", code="our_error", correcting=error, **two())
    claim.reword("Better", "The footbridge was not inspected in May.", **UPDATE, **two())
    assess(claim, "unverified", code="our_error", because="The sheet is of another bridge.", correcting=error)
    asked = {"channel": "email", "questions": "Was it?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = claim.ask(to_name="The owner of the bridge", **asked, **two())
    claim.answer(request.key, "replied", passage=make_passage("It was inspected twice."), note="By letter.", **two())
    claim.ask(to_name="The builder of it", why_not="He died long ago.", **two())
    gone = make_claim("The footbridge fell down.")
    gone.withdraw(**two(), because="Somebody asked us to.")
    claim.refresh_from_db()
    return {"claim": claim, "source": source, "subject": owner, "gone": gone}


@pytest.fixture
def desk(made, db):
    return deepcopy(made)


def places(desk):
    """The pages of a desk, in English."""
    claim, source, subject = desk["claim"], desk["source"], desk["subject"]
    last = claim.standings.latest("number").number
    return [
        *(reverse(name) for name in ("home", "changes", "claims", "corrections", "feeds", "sources", "subjects")),
        *(reverse(name) for name in ("method", "about", "report", "compare")),
        reverse("method-version", args=["2026-11"]),
        claim.get_absolute_url(),
        reverse("claim-cite", args=[claim.key]),
        reverse("claim-version", args=[claim.key, 1]),
        reverse("claim-diff", args=[claim.key, 1, last]),
        reverse("embed", args=[claim.key]),
        source.get_absolute_url(),
        f"{source.get_absolute_url()}?show=translation",
        subject.get_absolute_url(),
        f"{reverse('compare')}?subject={subject.key}",
        f"{reverse('claims')}?status=disputed&status=unverified&subject={subject.key}",
        f"{reverse('claims')}?q=sheet",
        f"{reverse('claims')}?q=nowhere&status=verified&subject={subject.key}",
        f"{reverse('claims')}?facet=source",
        f"{reverse('claims')}?as_of={datetime.now(UTC):%Y-%m-%d}",
        f"{reverse('report')}?claim={claim.key}",
        f"{reverse('report')}?subject={subject.key}",
    ]


def in_language(language, place):
    return place if language == "en" else f"/{language}{place}"


def shown(client, place, status=200):
    answer = client.get(place)
    assert answer.status_code == status, place
    return answer.content.decode()


# Where pages are


@pytest.mark.parametrize("language", FOREIGN)
def test_every_page_is_there_in_every_language_and_says_so(client, desk, language):
    for place in places(desk):
        answer = client.get(in_language(language, place))
        page = html.fromstring(answer.content)
        assert answer.status_code == 200, place
        assert page.get("lang") == answer["Content-Language"] == language
        assert not answer.cookies and "Accept-Language" not in answer.get("Vary", "")
    assert get_language() == "en"  # the next request on this thread finds it as it was


@pytest.mark.parametrize("language", FOREIGN)
def test_links_lead_to_pages_of_the_same_language(client, desk, language):
    """All but the choice of a language, the pages for programs, and places on the page itself."""
    own = re.compile(
        rf"/{language}/|/admin/|/api/|/oembed|/static/|[^?#]*\.(xml|jsonl?|csv|xlsx|bib|ris)([?#]|$)|[?#]|https?:|mailto:"
    )
    for place in places(desk):
        page = html.fromstring(shown(client, in_language(language, place)))
        links = [a.get("href") for a in page.iter("a") if not a.xpath("ancestor::nav[@class='tongues']")]
        links += [form.get("action") for form in page.iter("form")]
        assert [link for link in links if not own.match(link)] == [], place


def test_a_page_names_itself_in_every_language(client, desk):
    whole = "http://testserver"
    for place in places(desk):
        if "as_of" in place or "/v/" in place or "/diff/" in place or "/embed/" in place:
            continue
        there = {language: f"{whole}{in_language(language, place)}" for language in ("en", "fr", "ja")}
        for language in there:
            page = html.fromstring(shown(client, in_language(language, place)))
            told = {a.get("hreflang"): a.get("href") for a in page.iterfind(".//link[@hreflang]")}
            [own] = page.iterfind(".//link[@rel='canonical']")
            assert told == there and own.get("href") == there[language]
            chosen = {a.get("lang"): a.get("href") for a in page.iterfind(".//nav[@class='tongues']//a")}
            assert {language: f"{whole}{address}" for language, address in chosen.items()} == there


@pytest.mark.parametrize("language", FOREIGN)
def test_versions_and_moments_of_the_past_stay_in_their_language(client, desk, language):
    claim = desk["claim"]
    with override(language):
        own, version = claim.get_absolute_url(), reverse("claim-version", args=[claim.key, 1])
        listed = reverse("claim-timemap", args=[claim.key])
    page = client.get(version)
    assert f'<http://testserver{own}>; rel="original timegate"' in page["Link"] and "Memento-Datetime" in page
    assert f'<link rel="canonical" href="{own}">' in page.content.decode()
    led = client.get(own, headers={"accept-datetime": page["Memento-Datetime"]})
    assert led.status_code == 302 and led["Location"].startswith(f"/{language}/claims/")
    told = client.get(listed).content.decode()
    assert f"http://testserver{version}" in told and f"http://testserver/claims/{claim.key}/" not in told
    past = client.get(f"{own}?as_of={datetime.now(UTC):%Y-%m-%d}")
    assert f'<http://testserver{own}>; rel="original"' in past["Link"]


def test_what_has_no_such_address_is_nowhere(client, db):
    for place in (
        "/fr/oembed",
        "/fr/api/v1/claims/",
        "/fr/robots.txt",
        "/fr/claims/feed.xml",
        "/de/claims/",
        "/en/claims/",
    ):
        assert client.get(place).status_code == 404, place


# Which language a reader gets


def test_the_browser_decides_at_the_front_door(client, db):
    for wanted, place in (("fr-CA,fr;q=0.9,en;q=0.5", "/fr/"), ("ja", "/ja/")):
        led = client.get("/", headers={"accept-language": wanted})
        assert (led.status_code, led["Location"]) == (302, place)
        assert {"Accept-Language", "Sec-Fetch-Site"} <= set(led["Vary"].split(", "))
    for wanted in ("en-GB,fr;q=0.5", "de", ""):
        assert client.get("/", headers={"accept-language": wanted}).status_code == 200


def test_who_chose_english_is_not_led_away(client, db):
    answer = client.get("/", headers={"accept-language": "fr", "sec-fetch-site": "same-origin"})
    assert answer.status_code == 200 and b'<html lang="en">' in answer.content


def test_no_other_address_asks_the_browser(client, desk):
    for place in places(desk)[1:] + ["/fr/", "/api/v1/claims/", reverse("changes-feed"), reverse("sitemap")]:
        plain, french = client.get(place), client.get(place, headers={"accept-language": "fr"})
        assert plain.content == french.content and plain.get("ETag") == french.get("ETag"), place
        assert "Accept-Language" not in french.get("Vary", "")


# What caches are told


def test_no_two_languages_have_one_tag(client, desk):
    for place in places(desk):
        answers = [client.get(in_language(language, place)) for language in ("en", *FOREIGN)]
        tags = {answer["ETag"] for answer in answers}
        assert len(tags) == 3 and len({answer.content for answer in answers}) == 3, place
        again = client.get(in_language("fr", place), headers={"if-none-match": answers[1]["ETag"]})
        other = client.get(in_language("ja", place), headers={"if-none-match": answers[1]["ETag"]})
        assert (again.status_code, other.status_code) == (304, 200)


# What is for programs


def test_programs_read_the_same_whatever_language_was_asked_for_before(client, desk):
    claim = desk["claim"]
    doors = [
        f"/api/v1/claims/{claim.key}/",
        *(reverse(name, args=[claim.key]) for name in ("claim-feed", "claim-json", "claim-bibtex", "claim-csl")),
        *(reverse(name) for name in ("changes-feed", "corrections-feed", "claims-csv", "sitemap", "robots")),
        reverse("sitemap-part", args=["pages"]),
        f"{reverse('compare-json')}?subject={desk['subject'].key}",
        reverse("api-docs"),
    ]

    def read(door):
        answer = client.get(door)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    before = [read(door) for door in doors]
    for language in FOREIGN:
        shown(client, in_language(language, claim.get_absolute_url()))
        assert [read(door) for door in doors] == before
    assert not any(b"/fr/" in answer or b"/ja/" in answer for answer in before[:-1])


def test_what_identifies_a_claim_for_machines_is_the_same_in_every_language(client, desk):
    for place in (reverse("home"), desk["claim"].get_absolute_url()):
        told = [
            re.findall(
                r'<script type="application/ld\+json">(.*?)</script>', shown(client, in_language(language, place))
            )
            for language in ("en", *FOREIGN)
        ]
        assert told[0] == told[1] == told[2] and told[0]
    said = json.loads(told[0][0])
    assert said["@id"].startswith("http://testserver/claims/") and said["reviewRating"]["alternateName"] == "Unverified"


@pytest.mark.parametrize("language", FOREIGN)
def test_a_page_can_be_embedded_in_its_language(client, desk, language):
    with override(language):
        address, word = f"http://testserver{desk['claim'].get_absolute_url()}", str(desk["claim"].get_status_display())
        frame = reverse("embed", args=[desk["claim"].key])
    told = client.get(reverse("oembed"), {"url": address}).json()
    assert told["title"].startswith(word) and f'src="http://testserver{frame}"' in told["html"]
    assert told["provider_url"] == "http://testserver/"
    assert client.get(reverse("oembed"), {"url": "http://[/fr/"}).status_code == 404


# What errors and forms say


def test_errors_speak_the_language_of_their_address(client, desk, settings, tmp_path):
    gone = desk["gone"].get_absolute_url()
    for place, status, words in (
        ("/fr/nothing/", 404, "Page introuvable"),
        ("/ja/nothing/", 404, "ページが見つかりません"),
        (f"/fr{gone}", 410, "Cette affirmation a été retirée"),
        (f"/ja{gone}", 410, "この主張は取り下げられました"),
        ("/fr/claims/?sort=nope", 400, "Un filtre de cette adresse est inconnu"),
        ("/ja/claims/?as_of=never", 400, "as_of には"),
    ):
        page = shown(client, place, status)
        assert f'<html lang="{place[1:3]}">' in page and words in page
        assert 'rel="canonical"' not in page
    settings.FACTDESK_CLOSED_UNTIL = tmp_path / "closed"
    settings.FACTDESK_CLOSED_UNTIL.write_text((datetime.now(UTC) + timedelta(hours=1)).isoformat())
    closed = shown(client, "/fr/claims/", 503)
    assert '<html lang="fr">' in closed and "fermé pour maintenance jusqu’à" in closed and '<p lang="ja">' in closed


def test_a_page_of_a_failure_speaks_the_language_of_its_address(desk, monkeypatch):
    monkeypatch.setattr("claims.pages.home.log", None)
    client = Client(raise_request_exception=False)
    failed = shown(client, "/fr/", 500)
    assert '<html lang="fr">' in failed and "FactDesk rencontre un problème" in failed and "{" not in failed
    assert '<p lang="en">There is a problem' in failed and 'href="/fr/"' in failed


def test_a_report_is_sent_and_answered_in_its_language(client, desk):
    place = f"/fr/report/?claim={desk['claim'].key}"
    refused = client.post(place, {"what": "", "kind": "error"}, **HERE)
    assert refused.status_code == 422 and "Indiquez ce qui est faux" in refused.content.decode()
    sent = client.post(place, {"what": "La date.", "kind": "error"}, **HERE)
    report = Report.objects.get()
    assert sent.status_code == 303 and sent["Location"] == f"/fr/report/{report.key}/" == report.get_absolute_url()
    assert report.language == "fr" and "Votre signalement porte le numéro" in shown(client, sent["Location"])
    for n in range(5):
        last = client.post(place, {"what": f"La date {n}.", "kind": "error"}, **HERE)
    assert (
        last.status_code == 429
        and "Trop de demandes" in last.content.decode()
        and "Réessayez dans" in last.content.decode()
    )


# What pages say


def parts(page):
    """Each text of a page, and the element that says in which language it is."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "title", "code", "textarea"}:
            continue
        texts = [(element, element.text)] + [(element, child.tail) for child in element]
        for where, text in texts:
            if text and text.strip():
                speaks = next(e for e in [where, *where.iterancestors()] if e.get("lang"))
                yield speaks, text.strip()


NO_WORDS = {"key", "kind", "language", "code", "status", "verb", "anonymity", "sha256", "hedge", "position", "dated"}


def recorded(least=5):
    """What is written in the record: whatever a text column holds that is no code and no key."""
    found = set()
    for app in ("claims", "sources"):
        for model in apps.get_app_config(app).get_models():
            names = [
                f.name
                for f in model._meta.concrete_fields
                if type(f) in {CharField, TextField} and not f.choices and f.name not in NO_WORDS
            ]
            for row in model._base_manager.values_list(*names) if names else ():
                found |= {words.strip() for words in row if words}
    months = {
        month for names in MONTHS.values() for month in names
    }  # the page's own word for a date, and maybe a source's
    return {words for words in found - months if len(words) >= least and not re.match(r"\d|[A-Z]{2}-\w+", words)}


# What is written in Latin letters in Japanese too: names of things and of formats, and keys.
LATIN = re.compile(
    r"FactDesk|(?:FD|SO|SU|OR|OU|RP|RR)-[a-z0-9]+|Atom|JSON Feed|JSON Lines|JSON|CSV|UTC|SHA-256|API|WCAG 2\.2|AAA?|axe-core|ID"
    r"|BibTeX|RIS|CSL-JSON|schema\.org|ClaimReview DataFeed|feed\.(?:xml|json)|「[^」]*」|(?:https?:|name@)\S+|Ledger|Harbour|\d{4}-\d\d(?:-\d\d)?|[A-Z]{3}$"
)


def without_a_mark(page, texts):
    """What a page says in the wrong language, or without a mark of another: words of the record outside of an element of its own."""
    for speaks, text in parts(page):
        if speaks.tag == "html":
            said = [words for words in texts if words in text and words != "FactDesk"]
            yield from (text for words in said if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))


def left_in_english(page):
    for speaks, text in parts(page):
        if speaks.tag == "html" and re.search("[A-Za-z]{2,}", LATIN.sub("", text)):
            yield text


@pytest.mark.parametrize("language", FOREIGN)
def test_words_of_the_record_carry_their_language(client, desk, language):
    texts = recorded()
    assert {"The footbridge was not inspected in May.", "The Roads Office", "By letter.", "橋の点検の話"} <= texts
    texts -= set(Source.objects.filter(language=language).values_list("title", flat=True))  # the page's own
    found = {}
    for place in places(desk):
        page = html.fromstring(shown(client, in_language(language, place)))
        if wrong := sorted(set(without_a_mark(page, texts))):
            found[place] = wrong
    assert found == {}


def test_a_japanese_page_says_nothing_of_ours_in_english(client, desk):
    found = {}
    for place in places(desk):
        page = html.fromstring(shown(client, in_language("ja", place)))
        if wrong := sorted(set(left_in_english(page))):
            found[place] = wrong
    assert found == {}


def test_a_subject_is_called_as_the_language_of_the_page_calls_it(client, desk):
    """Wherever readers meet it; the name that we print in English stands beside it, and alone where there is no other."""
    subject, claim = desk["subject"], desk["claim"]
    own = subject.get_absolute_url()
    facet = "//fieldset//span[text()='{}']"
    places = [
        (reverse("subjects"), "//main//a[.='{}']"),
        (own, "//h1[.='{}']"),
        (own, "//li[@aria-current][.='{}']"),
        (claim.get_absolute_url(), "//aside//a[.='{}']"),
        (reverse("claims"), facet),
        (f"{reverse('claims')}?facet=subject", facet),
        (reverse("changes"), "//option[.='{}']"),
        (reverse("compare"), "//main//li//span[.='{}']"),
        (f"{reverse('compare')}?subject={subject.key}", "//h1[contains(., '{}')]"),
        (f"{reverse('report')}?subject={subject.key}", "//p[@class='panel']/a[.='{}']"),
    ]
    for place, where in places:
        for language, name in (("ja", "道路局"), ("fr", "The Roads Office"), ("en", "The Roads Office")):
            page = html.fromstring(shown(client, in_language(language, place)))
            assert page.xpath(where.format(name)), (place, language)
    for place in (own, reverse("subjects"), claim.get_absolute_url()):
        page = html.fromstring(shown(client, in_language("ja", place)))
        assert page.xpath("//main//span[@lang='en'][.='The Roads Office']"), place
    assert "道路局" not in shown(client, reverse("subjects"))
    subject.edit(private_person=True, **two())
    assert "道路局" not in shown(client, in_language("ja", claim.get_absolute_url()))


def test_of_several_names_in_a_language_the_preferred_one_is_shown(desk):
    subject = make_subject("Bjorn", names=[{"text": name, "language": tag} for name, tag in BJORNS])
    with override("ja"):
        assert name_of(subject) == ("ビョルン", "ja")
        subject.also_called("ビヨルン", "ja", preferred=True, by=make_reporter())
        assert name_of(Subject.objects.get(pk=subject.pk)) == ("ビヨルン", "ja")
    with override("fr"):
        assert name_of(subject) == ("Björn", "fr-CA")


def test_a_title_stands_in_the_language_of_the_page_where_there_is_one(desk):
    source = desk["source"]
    with override("ja"):
        assert title_of(source) == ("橋の点検の話", "ja")
    with override("fr"):
        assert title_of(source) == ("The bridge", "en")


def test_numbers_and_dates_are_written_as_the_language_does(client, desk):
    place = desk["claim"].get_absolute_url()
    english, french, japanese = (
        html.fromstring(shown(client, in_language(n, place))).text_content() for n in ("en", "fr", "ja")
    )
    assert "= more than 5,000,000 GBP" in english and "about June 2023" in english and "3 to 9 June 2023" in english
    assert (
        "= more than 5\xa0000\xa0000 GBP" in french and "vers juin 2023" in french and "du 3 au 9 juin 2023" in french
    )
    assert "2023年6月頃" in japanese and "2023年6月3日～9日" in japanese
    today = datetime.now(UTC)
    assert f"{today.year}年{today.month}月{today.day}日" in japanese


@pytest.mark.parametrize("language", FOREIGN)
def test_pictures_have_full_stops_in_every_language(client, desk, language):
    """A browser reads "0,5" as two numbers."""
    seen = 0
    for place in (desk["claim"].get_absolute_url(), reverse("home"), desk["subject"].get_absolute_url()):
        for svg in html.fromstring(shown(client, in_language(language, place))).iter("svg"):
            for element in svg.iter():
                drawn = " ".join(v for name, v in element.attrib.items() if name not in {"lang", "class"})
                assert not re.search(r"\d[,\u00a0\u202f]\d", drawn), drawn
                seen += bool(re.search(r"\d\.\d", drawn)) and element.get("class", "").startswith(("way", "hill", "to"))
    assert seen


def test_a_correction_tells_its_effect_in_the_language_of_the_page(desk):
    correction = Correction.objects.order_by("-number").first()
    with override("fr"):
        assert correction.effect == "Le statut est passé de «\u00a0contesté\u00a0» à «\u00a0non vérifié\u00a0»."
    assert correction.effect == "The status changed from disputed to unverified."


# The catalogues


@pytest.fixture(scope="module")
def wanted():
    return messages.collected()


def sentences(message):
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def idents(message):
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def compiled(mo):
    return {(idents(m), m.context): sentences(m) for m in read_mo(BytesIO(mo)) if m.id}


@pytest.mark.parametrize("language", FOREIGN)
def test_the_catalogue_is_in_step_with_the_sources(language, wanted):
    """`manage.py messages` was run, and what it asked for was translated."""
    catalogue = messages.read(language)
    assert {(m.id, m.context) for m in catalogue if m.id} == {(m.id, m.context) for m in wanted if m.id}
    assert not catalogue.obsolete
    assert [m.id for m in catalogue if m.id and (m.fuzzy or not all(s.strip() or not m.id for s in sentences(m)))] == []
    assert compiled(messages.compiled_of(language).read_bytes()) == compiled(messages.as_mo(catalogue))


@pytest.mark.parametrize(("language", "forms"), [("fr", 2), ("ja", 1)])
def test_a_translation_keeps_what_is_filled_in(language, forms):
    filled = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
    for message in messages.read(language):
        if not message.id:
            continue
        named = set(filled.findall(idents(message)[-1]))
        *others, last = (set(filled.findall(said)) for said in sentences(message))
        assert last == named and all(other <= named for other in others), message.id  # "once" needs no number
        assert len(sentences(message)) == (forms if isinstance(message.id, tuple) else 1), message.id


def test_a_french_sentence_has_its_spaces():
    """No break before a colon, a question mark or a closing mark, nor after an opening one."""
    for message in messages.read("fr"):
        for said in sentences(message) if message.id else ():
            assert not re.search(r" [:;?!»]|« ", said), said


def test_every_sentence_of_the_templates_is_marked():
    """What stands between tags is a mark, a name, or punctuation."""
    bare = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    marked = re.compile(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", re.DOTALL)
    code = re.compile(r"<(pre|script|style|textarea).*?</\1>", re.DOTALL)
    names = re.compile(r"FactDesk|API|Atom|JSON Feed|JSON|BibTeX|RIS|CSL-JSON|SHA-256|ClaimReview DataFeed|&\w+;")
    for path in sorted((django_settings.ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(django_settings.ROOT))
        if "/admin/" in name or name in messages.ENGLISH_ONLY or path.stem in {"500", "503"}:
            continue
        text = bare.sub("", marked.sub("", code.sub("", path.read_text("utf-8"))))
        words = re.findall("[A-Za-z]{2,}", names.sub("", re.sub("<[^>]*>", " ", text)))
        assert words == [], name


def test_each_page_for_readers_is_in_every_language_and_no_page_for_programs():
    own = {pattern.name for pattern in PAGES}
    assert {"home", "claims", "claim", "claim-version", "report", "method", "embed"} <= own
    assert not own & {"oembed", "sitemap", "robots", "claims-csv", "changes-feed", "api-docs", "data-feed"}
