"""What others follow and show: feeds, tables, citations, cards, oEmbed, structured data, sitemaps. Strangers' programs read them."""

import csv
import io
import json
import re
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree as ET

import extruct
import feedparser
import pytest
from lxml import html
from micawber import Provider
from micawber.exceptions import ProviderException
from PIL import Image
from rdflib.namespace import SDO
from reader import make_reader as make_feed_reader

from claims.formats.cards import card_of
from claims.formats.cells import harmless
from claims.models import Claim, Corrected
from sources.models import Change, Clock

from ..making import (
    UPDATE,
    assess,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
    two,
)

pytestmark = pytest.mark.django_db
HOSTS = ["localhost", "127.0.0.1"]
NASTY = "</script><b>&\"'”\u2028 \x0c=1+1 橋😀"


@pytest.fixture
def desk():
    """Claims that were found, corrected, withdrawn, hidden."""
    subject = make_subject("Coastal Ferries", wikidata="Q42")
    source = make_source("The log is signed. The page is missing.", url="https://news.example/a", dated="2023-06")
    passage = source.captures.get().quote(0, 18, by=make_reporter())
    captain = make_subject("Ana Lima", kind="person")
    claim = Claim.objects.record(
        by=make_reporter(), headline="Signed", statement="The log was signed.", subjects=[subject]
    )
    chain = [{"name": "The log"}, {"name": "Ana Lima", "subject": captain}]
    claim.appear(passage, "asserts", by=make_reporter(), speakers=chain)
    claim.publish(**two())
    assess(claim, "disputed", because="A page is missing.")
    assess(claim, "verified", because="The page was found.", code="new_evidence", citing=[supports()])
    claim.reword(
        "", "The log was signed twice.", correcting=Corrected("correction", "We misread it."), code="our_error", **two()
    )
    gone = make_claim("It was withdrawn.")
    gone.withdraw(because="Asked to.", **two())
    make_draft("A secret draft.")
    make_claim(f"Odd {NASTY}", passage=make_passage(f"It says {NASTY}", language="ja"))
    opinion = make_claim("It is a fine log.", kind="opinion")
    return {"claim": claim, "gone": gone, "subject": subject, "source": source, "opinion": opinion}


def addresses(desk):
    return [
        "/changes/",
        "/claims/",
        f"/claims/{desk['claim'].key}/",
        f"/subjects/{desk['subject'].key}/",
        f"/sources/{desk['source'].key}/",
        "/corrections/",
    ]


def test_every_feed_is_read_by_strangers_as_atom_and_as_json(client, desk):
    for base in addresses(desk):
        atom = client.get(f"{base}feed.xml")
        read = feedparser.parse(atom.content)
        assert not read.bozo and read.version == "atom10" and read.feed.id == f"tag:testserver,2026:{base}", base
        assert read.entries and all(e.id and e.title and e.link and e.updated for e in read.entries)
        feed = client.get(f"{base}feed.json")
        said = feed.json()
        assert feed["Content-Type"] == "application/feed+json; charset=utf-8"
        assert said["version"] == "https://jsonfeed.org/version/1.1" and said["feed_url"].endswith(f"{base}feed.json")
        assert [i["id"] for i in said["items"]] == [e.id for e in read.entries]
        assert len({e.id for e in read.entries}) == len(read.entries)
        assert "secret" not in atom.content.decode() + feed.content.decode()


def test_no_two_feeds_have_one_id_and_no_two_desks(client, desk):
    """Each desk has a list of changes; its lists by different filters are others."""
    asked = ["/changes/feed.xml", "/changes/feed.xml?status=disputed", "/claims/feed.xml", "/corrections/feed.xml"]
    ids = [feedparser.parse(client.get(a, headers={"host": h}).content).feed.id for a in asked for h in HOSTS]
    assert len(set(ids)) == len(ids) == 8
    assert feedparser.parse(client.get(asked[0], headers={"host": "localhost:8000"}).content).feed.id in ids
    entries = [
        {e.id for e in feedparser.parse(client.get(asked[0], headers={"host": h}).content).entries} for h in HOSTS
    ]
    assert entries[0] == entries[1] != set()


def served(answers):
    """What the desk answered, on a real address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body, media, status = answers(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def test_a_feed_reader_takes_both_and_knows_an_entry_again(client, desk):
    files = {f"/changes/feed.{e}": client.get(f"/changes/feed.{e}") for e in ("xml", "json")}
    broken = json.loads(files["/changes/feed.json"].content)
    del broken["version"]
    served_as = {path: (a.content, a["Content-Type"], 200) for path, a in files.items()}
    served_as["/broken.json"] = (json.dumps(broken).encode(), "application/feed+json", 200)
    server, at = served(lambda path: served_as[path])
    with make_feed_reader(":memory:") as reader:
        for path in served_as:
            reader.add_feed(at + path)
        reader.update_feeds()
        kinds = {f.url.removeprefix(at): f.version for f in reader.get_feeds()}
        assert kinds == {"/changes/feed.xml": "atom10", "/changes/feed.json": "json11", "/broken.json": None}
        ids = {path: {e.id for e in reader.get_entries(feed=at + path)} for path in files}
        assert ids["/changes/feed.xml"] == ids["/changes/feed.json"] != set()
    server.shutdown()


def test_an_entry_stays_as_it_was(client, desk):
    before = {i["id"]: i for i in client.get("/changes/feed.json").json()["items"]}
    desk["claim"].reword("", "The log was signed by two.", **two(), **UPDATE)
    after = {i["id"]: i for i in client.get("/changes/feed.json").json()["items"]}
    assert after == before  # a rewording changes no status
    corrected = {i["id"] for i in client.get("/corrections/feed.json").json()["items"]}
    key, gone = desk["claim"].key, desk["gone"].key
    assert corrected == {f"tag:factdesk,2026:{key}/correction-1", f"tag:factdesk,2026:{gone}/withdrawn"}


def test_what_is_hidden_leaves_the_feeds_and_its_own_is_gone(client, desk):
    claim = desk["claim"]
    claim.hold("legal", because="A letter.", **two())
    for base in addresses(desk):
        answer = client.get(f"{base}feed.xml")
        assert answer.status_code == (404 if claim.key in base or "subjects" in base else 200) or "sources" in base
        told = answer.status_code == 200 and base != "/corrections/"  # one that is not found names what was asked for
        assert not told or claim.key not in answer.content.decode()
    assert client.get(f"/claims/{claim.key}/feed.json").status_code == 404


def test_the_feed_of_a_list_has_the_filters_of_the_list(client, desk):
    for query in ("status=verified", "status=disputed", f"subject={desk['subject'].key}", "q=signed", "kind=opinion"):
        keys = {c.key for c in client.get(f"/claims/?{query}").context["page"].rows}
        items = client.get(f"/claims/feed.json?{query}&sort=status&as_of=2020-01-01&after=1").json()["items"]
        assert {i["_factdesk"]["claim"] for i in items} == keys
    assert client.get("/claims/feed.xml?status=wrong").status_code == 404


def test_an_empty_desk_has_a_sitemap(client):
    assert client.get("/sitemap-claims-0.xml").status_code == 200 == client.get("/sitemap.xml").status_code


def test_each_page_names_its_feeds(client, desk):
    for base in addresses(desk):
        page = client.get(base).content.decode()
        assert 'type="application/atom+xml"' in page and f'href="{base}feed.xml"' in page, base


def test_an_empty_feed_has_not_changed(client):
    first, second = (client.get("/changes/feed.xml").content for _ in range(2))
    assert first == second and not feedparser.parse(first).bozo


def test_feeds_and_tables_cost_the_same_when_the_archive_grows(client, same_queries):
    def ask(address):
        answer = client.get(address)
        list(answer.streaming_content) if answer.streaming else answer.content

    addresses = (
        "/changes/feed.xml",
        "/claims/feed.json",
        "/changes/",
        "/",
        "/feeds/claimreview.json",
        "/claims/list.csv",
    )
    same_queries(*(partial(ask, address) for address in addresses), grow=lambda: assess(make_claim(), "disputed"))


# -- tables


def test_a_list_is_a_table_that_runs_nothing(client, desk):
    answer = client.get("/claims/list.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(dict.fromkeys(r["key"] for r in rows)) == [c.key for c in client.get("/claims/").context["page"].rows]
    assert next(r for r in rows if r["statement"].startswith("Odd"))["statement"] == f"Odd {NASTY}"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]
    assert [harmless(c) for c in ("=1", "+1", "-1", "@a", "\ta", "'a", "a=", 5)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\ta",
        "''a",
        "a=",
        5,
    ]
    for query in ("status=verified", "q=signed", "sort=about"):
        found = b"".join(client.get(f"/claims/list.csv?{query}").streaming_content).decode("utf-8-sig")
        wanted = [c.key for c in client.get(f"/claims/?{query}").context["page"].rows]
        assert list(dict.fromkeys(r["key"] for r in csv.DictReader(io.StringIO(found, newline="")))) == wanted
    assert client.get("/claims/list.csv?status=wrong").status_code == 400


def test_a_table_of_the_past_is_as_it_was(client, desk):
    at = desk["claim"].standings.get(number=2).change.recorded_at.isoformat()
    text = b"".join(client.get("/claims/list.csv", {"as_of": at}).streaming_content).decode("utf-8-sig")
    row = next(r for r in csv.DictReader(io.StringIO(text)) if r["key"] == desk["claim"].key)
    assert (row["statement"], row["status"], row["version"]) == ("The log was signed.", "disputed", "2")


def test_a_table_goes_on_past_what_is_held_in_memory(client, monkeypatch):
    monkeypatch.setattr("claims.formats.tables.AT_ONCE", 3)
    keys = {make_claim(f"Claim {n}.").key for n in range(8)}
    text = b"".join(client.get("/claims/list.csv").streaming_content).decode("utf-8-sig")
    assert {r["key"] for r in csv.DictReader(io.StringIO(text))} == keys


# -- on the pages of others


def test_a_card_may_be_framed_and_the_rest_may_not(client, desk):
    card = client.get(f"/embed/{desk['claim'].key}/")
    assert "frame-ancestors *;" in card["Content-Security-Policy"] + ";" and "X-Frame-Options" not in card
    assert not card.cookies and "<script" not in card.content.decode() and "as of" in card.content.decode()
    page = client.get(f"/claims/{desk['claim'].key}/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"
    assert client.get(f"/embed/{desk['gone'].key}/").status_code == 410
    assert "withdrawn" not in client.get(f"/embed/{desk['gone'].key}/").content.decode()
    assert client.get("/embed/FD-nothere000/").status_code == 404


def test_a_consumer_of_oembed_gets_the_card(live_server, client, desk):
    provider = Provider(f"{live_server.url}/oembed", timeout=5)
    address = f"{live_server.url}{desk['claim'].get_absolute_url()}"
    found = provider.request(address)
    assert (found["type"], found["version"], found["width"], found["height"]) == ("rich", "1.0", 560, 300)
    assert f"/embed/{desk['claim'].key}/" in found["html"] and "<script" not in found["html"]
    assert provider.request(address, maxwidth=300, maxheight=220)["width"] == 300
    for wrong in (
        "http://elsewhere.example" + desk["claim"].get_absolute_url(),
        f"{live_server.url}/claims/{desk['gone'].key}/",
        f"{live_server.url}/claims/",
        "http://[broken",
        "",
    ):
        with pytest.raises(ProviderException):
            provider.request(wrong)
    address = f"http://testserver{desk['claim'].get_absolute_url()}"
    assert client.get("/oembed", {"url": address, "format": "xml"}).status_code == 501
    assert client.get("/oembed", {"url": address, "maxwidth": "wide"}).status_code == 400
    assert client.get("/oembed", {"url": address, "maxwidth": "10"}).status_code == 400
    head = client.get(desk["claim"].get_absolute_url()).content.decode()
    assert 'type="application/json+oembed"' in head and "oembed?url=http%3A%2F%2Ftestserver%2Fclaims%2F" in head


def test_the_preview_picture_is_of_its_version(client, desk):
    claim = desk["claim"]
    seen = set()
    for number in (1, 2, 4):
        answer = client.get(f"/claims/{claim.key}/card-{number}.png")
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.size) == ("PNG", (1200, 630)) and len(answer.content) < 100_000
        seen.add(answer.content)
    assert len(seen) == 3
    assert client.get(f"/claims/{claim.key}/card-9.png").status_code == 404
    assert client.get(f"/claims/{desk['gone'].key}/card-1.png").status_code == 404
    for statement in ("橋は点検されなかった。", "", "word " * 200, "\u202eabc", "é" * 500):
        for status in ("verified", "disputed", "unverified", "opinion"):
            assert card_of(status, "Label", statement, "foot").startswith(b"\x89PNG")


def marked_up(page):
    found = extruct.extract(page, syntaxes=["json-ld", "opengraph"], uniform=False)
    return found["json-ld"], dict(found["opengraph"][0]["properties"]) if found["opengraph"] else {}


def test_a_page_tells_machines_what_it_tells_readers(client, desk):
    claim = desk["claim"]
    [said], graph = marked_up(client.get(claim.get_absolute_url()).content.decode())
    assert said["@type"] == "ClaimReview" and said["reviewRating"]["alternateName"] == "Verified"
    assert "ratingValue" not in json.dumps(said)
    assert said["itemReviewed"]["appearance"][0]["datePublished"] == "2023-06"
    assert said["itemReviewed"]["about"] == [
        {"@type": "Organization", "name": "Coastal Ferries", "sameAs": "https://www.wikidata.org/entity/Q42"}
    ]
    assert said["itemReviewed"]["author"] == {"@type": "Person", "name": "Ana Lima"}
    assert said["itemReviewed"]["firstAppearance"]["url"] == "https://news.example/a"
    assert said["correction"][0]["text"] == "We misread it." and said["citation"] and said["version"] == 4
    assert graph["og:title"].startswith("Verified: The log was signed twice. (") and graph["og:image"].endswith(
        "/card-4.png"
    )
    for policy in ("correctionsPolicy", "verificationFactCheckingPolicy", "publishingPrinciples"):
        assert client.get(said["author"][policy].removeprefix("http://testserver")).status_code == 200
    for other in (desk["opinion"], Claim.objects.public().get(wording__statement__startswith="Odd")):
        [bare], _ = marked_up(client.get(other.get_absolute_url()).content.decode())
        assert bare["@type"] == "Claim" and bare["text"] == other.words
    [home], _ = marked_up(client.get("/").content.decode())
    assert home["@type"] == "NewsMediaOrganization"


def test_every_page_that_can_be_shared_says_what_others_show_beside_its_link(client, desk):
    source, subject = desk["source"], desk["subject"]
    for place, title in (
        ("/", "FactDesk: what is claimed"),
        ("/claims/?status=verified", "Claims ("),
        ("/changes/", "Changes of status"),
        ("/corrections/", "Corrections"),
        ("/sources/", "Sources"),
        (source.get_absolute_url(), source.title_en or source.title),
        ("/subjects/", "People and organisations"),
        (subject.get_absolute_url(), f"{subject.name}: "),
        ("/compare/", "Compare sources"),
        (f"/compare/?subject={subject.key}", f"Who says what about {subject.name}"),
        ("/method/", "How we decide"),
        ("/about/", "About"),
        (f"/claims/?as_of={datetime.now(UTC):%Y-%m-%d}", "Claims ("),
    ):
        for language, locale in (("", "en_GB"), ("/fr", "fr_FR"), ("/ja", "ja_JP")):
            page = html.fromstring(client.get(language + place).content)
            told = {m.get("property") or m.get("name"): m.get("content") for m in page.iter("meta")}
            assert language or told["og:title"].startswith(title), place
            assert told["og:title"] and "FactDesk" not in told["og:title"].removeprefix("FactDesk"), place
            assert (
                told["og:description"] == told["description"]
                and told["og:url"] == f"http://testserver{language}{place}"
            )
            assert (told["og:locale"], told["og:type"], told["og:site_name"]) == (locale, "website", "FactDesk")
            assert told["twitter:card"] == "summary" and "og:image" not in told
    for place, status in (("/nothing/", 404), (desk["gone"].get_absolute_url(), 410)):
        answer = client.get(place)
        assert answer.status_code == status and b"og:" not in answer.content


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", None),
        ("Nothing may be taken.", "http://testserver/about/#licence"),
        ("CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).", "https://creativecommons.org/licenses/by/4.0/"),
    ],
)
def test_programs_are_told_the_licence_that_the_operator_names(client, desk, settings, words, told):
    settings.FACTDESK_ABOUT = {"licence": words} if words else {}
    [review], _ = marked_up(client.get(desk["claim"].get_absolute_url()).content.decode())
    feed = json.loads(b"".join(client.get("/feeds/claimreview.json").streaming_content))
    assert review.get("sdLicense") == feed.get("license") == told
    assert told is None or feed["dataFeedElement"][0]["item"]


def test_the_file_of_all_claims_is_dated_by_what_last_changed_a_page(client, desk):
    Clock.objects.update(edition_at=datetime(2026, 5, 1, 10, tzinfo=UTC))
    feed = json.loads(b"".join(client.get("/feeds/claimreview.json").streaming_content))
    assert feed["dateModified"] == "2026-05-01T10:00:00+00:00"


def terms_of(said):
    """Every property and type that a document uses."""
    if isinstance(said, dict):
        yield from (said["@type"], *(k for k in said if not k.startswith("@"))) if "@type" in said else ()
        for value in said.values():
            yield from terms_of(value)
    elif isinstance(said, list):
        for value in said:
            yield from terms_of(value)


def unknown_terms(said):
    return {term for term in terms_of(said) if term not in SDO.__annotations__}


def test_every_term_is_one_of_schema_org(client, desk):
    documents = [
        marked_up(client.get(a).content.decode())[0][0]
        for a in ("/", *(c.get_absolute_url() for c in Claim.objects.public()))
    ]
    feed = json.loads(b"".join(client.get("/feeds/claimreview.json").streaming_content))
    for said in (*documents, feed):
        assert unknown_terms(said) == set()
    assert unknown_terms(documents[1] | {"claimsReviewed": "x"}) == {"claimsReviewed"}  # the judge can say no


def test_the_feed_of_all_claims_tells_what_was_withdrawn(client, desk):
    feed = json.loads(b"".join(client.get("/feeds/claimreview.json").streaming_content))
    items = {i["@id"].split("/")[-2]: i for i in feed["dataFeedElement"]}
    assert items.keys() == {*Claim.objects.public().values_list("key", flat=True), desk["gone"].key}
    assert all(isinstance(i["item"], list) for i in items.values())
    gone = items[desk["gone"].key]
    assert gone["item"] == [] and gone["dateDeleted"] and "withdrawn" not in json.dumps(gone)


def test_search_engines_are_told_when_a_source_or_a_subject_changed_last(client):
    subject = make_subject("The bureau")
    claim = make_claim(subjects=[subject])
    source, space = claim.appearances.get().passage.capture.source, "{http://www.sitemaps.org/schemas/sitemap/0.9}"

    def told():
        parts = (ET.fromstring(client.get(f"/sitemap-{kind}.xml").content) for kind in ("sources", "subjects"))
        return [part.findtext(f"{space}url/{space}lastmod") for part in parts]

    def now():
        return Change.objects.latest("id").recorded_at.isoformat()

    published = Change.objects.get(verb="publish").recorded_at.isoformat()
    assert told() == [published, published]
    make_draft("It fell.", passage=claim.appearances.get().passage, subjects=[subject])
    assert told() == [published, published]
    assess(claim, "disputed")
    found = now()
    assert told() == [found, found]
    source.edit(title="Another title", **two())
    assert told() == [now(), found]
    claim.withdraw(because="A court ordered it.", **two())
    assert told() == [now(), None]


def test_search_engines_are_told_every_page_once(client, desk):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ET.fromstring(client.get("/sitemap.xml").content)
    places, dated = [], {}
    for part in index.iter(f"{space}loc"):
        for url in ET.fromstring(client.get(part.text.removeprefix("http://testserver")).content).iter(f"{space}url"):
            places.append(url.findtext(f"{space}loc").removeprefix("http://testserver"))
            dated[places[-1]] = url.findtext(f"{space}lastmod")
    assert len(places) == len(set(places)) and all(client.get(p).status_code == 200 for p in places)
    claims = {p for p in places if re.match("/claims/FD", p)}
    assert claims == {c.get_absolute_url() for c in Claim.objects.public()} and all(dated[p] for p in claims)
    assert desk["subject"].get_absolute_url() in places and desk["source"].get_absolute_url() in places
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    merged = make_claim("It stood.")
    merged_into = make_claim("It was standing.")
    merged.merge(merged_into, because="The same.", **two())
    assert client.get(f"/embed/{merged.key}/")["Location"] == f"/embed/{merged_into.key}/"
    assert client.get("/sitemap-claims-7.xml").status_code == client.get("/sitemap-other.xml").status_code == 404


def test_a_released_claim_is_one_that_is_new(client):
    sensitive = make_draft("Somebody was ill.", sensitivity="health")
    sensitive.publish(**two())
    assert client.get("/changes/feed.json").json()["items"] == []
    sensitive.release(because="She spoke of it.", by=make_chief(), approved_by=make_editor())
    assert len(client.get("/changes/feed.json").json()["items"]) == 1
