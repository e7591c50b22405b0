"""The search: what it must find and must not, in three languages; where it says it matched; what it never tells."""

import re
import unicodedata
from functools import partial
from random import Random

import pytest
from django.core.management import call_command

from claims.auditing import audit
from claims.folding import MOST, places, terms, tokens
from claims.models import Claim, DeskFindable, Findable
from claims.searching import differences, marked, matched
from sources.models import Source

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_subject,
    two,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus():
    """Claims by a short name, each found by other words."""
    by = make_reporter()

    def quoting(statement, text, language, translation="", **fields):
        passage = make_passage(text, language=language, by=by)
        if translation:
            passage.translate(translation, by=by, made_by="FactDesk")
        return make_claim(statement, passage=passage, **fields)

    ferry = make_subject("Coastal Ferries", names=[{"text": "沿岸フェリー", "language": "ja"}])
    return {
        "bridge": quoting("Nobody inspected the north bridge.", "北橋の安全点検は一度も行われなかった。", "ja", "The safety inspection never took place."),
        "tower": quoting("The tower in Tokyo opened in 1958.", "東京タワーは１９５８年に開業した。", "ja"),
        "guide": quoting("A guide led the visitors.", "ｶﾞｲﾄﾞが来訪者を案内した。", "ja"),
        "election": quoting("The vote was moved to May.", "L’élection a été déplacée au mois de mai, a déclaré la mairie.", "fr", "The election was moved."),
        "work": quoting("The painting was sold.", "L'œuvre a été vendue aux enchères à Besançon.", "fr"),
        "zehra": quoting("Somebody signed the contract.", "Zehr\u0430 Qureshi signed it.", "en"),
        "ferry": quoting("The operator knew of the rust.", "It was told in March.", "en", subjects=[ferry]),
        "strasse": quoting("The road was closed.", "Die STRASSE war gesperrt, die Straße blieb leer.", "de"),
        "money": quoting("The repair cost 1.7 million pounds.", "約£1.7百万が必要だった。", "ja"),
        "party": quoting("The party was cancelled.", "A letter said so.", "en"),
        "art": quoting("An art fair took its place.", "The fair was small.", "en"),
    }  # fmt: skip


FOUND = [
    # words of the claim itself: case, width, order, beginnings of words
    ("bridge", "bridge"),
    ("BRIDGE", "bridge"),
    ("Ｂｒｉｄｇｅ", "bridge"),
    ("inspect", "bridge"),
    ("bridge nobody", "bridge"),
    ("north bridge.", "bridge"),
    ('"north bridge"', "bridge"),
    ("“north bridge”", "bridge"),
    ('"bridge north"', ""),
    ('"north brid"', ""),
    ("ridge", ""),
    ("bridge tower", ""),
    ("art", "art"),
    ("party", "party"),
    ("arty", ""),
    # Japanese: two characters, one, a longer run, spaces, a phrase, kana of any width
    ("点検", "bridge"),
    ("安全", "bridge"),
    ("橋", "bridge"),
    ("安全点検", "bridge"),
    ("安全 点検", "bridge"),
    ("点検安全", ""),
    ("「安全点検」", "bridge"),
    ("「点検は一度も」", "bridge"),
    ("行われ", "bridge"),
    ("東京", "tower"),
    ("タワー", "tower"),
    ("東京タワー", "tower"),
    ("京東", ""),
    ("東タ", ""),
    ("1958年", "tower"),
    ("１９５８", "tower"),
    ("開業", "tower"),
    ("ガイド", "guide"),
    ("ｶﾞｲﾄﾞ", "guide"),
    ("カイト", ""),
    ("来訪者", "guide"),
    ("百万", "money"),
    ("東京 橋", ""),
    # French: with accents and without, elisions, ligatures
    ("élection", "election"),
    ("election", "election"),
    ("ÉLECTION", "election"),
    ("declare", "election"),
    ("déplacée", "election"),
    ("deplacee mairie", "election"),
    ("« mois de mai »", "election"),
    ("« mai de mois »", ""),
    ("œuvre", "work"),
    ("oeuvre", "work"),
    ("l'oeuvre", "work"),
    ("besancon", "work"),
    ("Besançon", "work"),
    ("encheres", "work"),
    # translations
    ("safety inspection", "bridge"),
    ('"never took place"', "bridge"),
    # look-alike letters, both ways
    ("Zehra", "zehra"),
    ("zehra qureshi", "zehra"),
    ("Zehr\u0430", "zehra"),
    ("Ｚｅｈｒａ", "zehra"),
    # names of whom it is about
    ("Coastal", "ferry"),
    ("沿岸", "ferry"),
    ("フェリー", "ferry"),
    ("rust coastal", "ferry"),
    # other scripts and signs
    ("strasse", "strasse"),
    ("Straße", "strasse"),
    ("STRASSE", "strasse"),
    ("1.7", "money"),
    ("£1.7", "money"),
    ("7.1", ""),
    ("!!!", ""),
    ("%", ""),
    ("_", ""),
    ('"', ""),
    ("AND OR NOT", ""),
    ("bridge*", "bridge"),
    ("bridge) OR (tower", ""),
    ("x" * 5000, ""),
    ("'; DROP TABLE", ""),
]


def test_the_table_of_queries(corpus):
    assert len(FOUND) >= 60
    keys = {c.key: name for name, c in corpus.items()}
    wrong = {}
    for words, name in FOUND:
        found = {keys.get(c.key, c.key) for c in Claim.objects.public().found(words)}
        if found != ({name} - {""}):
            wrong[words] = found
    assert wrong == {}


def test_a_key_finds_its_claim_on_the_page_and_in_the_api(corpus, client):
    key = corpus["tower"].key
    for words in (key, key.lower(), "開業", "1958"):
        assert [c.key for c in client.get("/claims/", {"q": words}).context["page"].rows] == [key]
        assert [c["key"] for c in client.get("/api/v1/claims/", {"q": words}).json()["results"]] == [key]


def test_the_page_says_where_it_matched_and_marks_the_words(corpus, client):
    said = {
        "点検": "Matched in a quotation (Japanese):</span>|北橋の安全<mark>点検</mark>は一度も行われなかった。",
        "safety": "Matched in a translation:|The <mark>safety</mark> inspection",
        "zehra": "Matched in a quotation (English):|<mark>Zehr\u0430</mark> Qureshi",
        "deplacee": "Matched in a quotation (French):|<mark>déplacée</mark>",
        "coastal rust": "the name of whom it is about|<mark>Coastal</mark> Ferries",
    }
    for words, wanted in said.items():
        page = client.get("/claims/", {"q": words}).content.decode()
        for part in wanted.replace("</span>", "").split("|"):
            assert part in page, words
    assert "<mark>" not in client.get("/claims/", {"q": "north bridge"}).content.decode()


def test_what_is_marked_is_escaped():
    assert marked("a <b> & inspected </b>", terms("inspected")) == "a &lt;b&gt; &amp; <mark>inspected</mark> &lt;/b&gt;"
    assert marked("<i>", terms("nowhere")) == "&lt;i&gt;"
    long = f"{'before ' * 40}inspected{' after' * 40}"
    assert len(marked(long, terms("inspected"))) < 170 and marked(long, terms("inspected")).startswith("…")


def test_a_word_of_the_claim_weighs_more_than_one_in_a_quotation(client):
    quoted = make_claim("The road was shut.", passage=make_passage("The viaduct fell."))
    own = make_claim("The viaduct fell.")
    because = make_claim("Trains were late.")
    assess(because, "unverified", because="The viaduct may be why.")
    make_claim("Nothing of it.")

    def listed(**more):
        return [c.key for c in client.get("/claims/", {"q": "viaduct", **more}).context["page"].rows]

    assert listed() == [own.key, quoted.key, because.key]
    assert listed(sort="changed") == [because.key, own.key, quoted.key]
    assert client.get("/claims/", {"sort": "relevance"}).status_code == 400
    assert client.get("/api/v1/claims/", {"sort": "relevance"}).status_code == 400


def test_a_list_of_what_was_found_is_paged_to_its_end(client):
    keys = {make_claim(f"The viaduct number {n} fell.").key for n in range(20)}
    keys |= {make_claim(f"Number {n}.", passage=make_passage(f"The viaduct {n} fell.")).key for n in range(20)}
    for base, rows in (("/claims/", None), ("/api/v1/claims/", "results")):
        found, after = [], ""
        while True:
            answer = client.get(base, {"q": "viaduct"} | ({"after": after} if after else {}))
            page = answer.json() if rows else answer.context["page"]
            found += [c["key"] for c in page[rows]] if rows else [c.key for c in page.rows]
            after = re.search(r"after=([^&]+)", page["next"] or "") if rows else page.older
            after = after[1] if rows and after else after or ""
            if not after:
                break
        assert sorted(found) == sorted(keys)


def test_nothing_hidden_is_in_the_index_that_readers_ask():
    by = make_reporter()
    make_draft("A draft about viaducts.")
    withdrawn = make_claim("A viaduct that was withdrawn.")
    withdrawn.withdraw(because="Asked to.", **two())
    held = make_claim("A viaduct that is held.")
    held.hold("legal", because="A letter.", **two())
    sensitive = make_draft("A viaduct made somebody ill.", sensitivity="health", by=by)
    sensitive.publish(**two())
    kept_back = make_passage("An insider spoke of the viaduct.", confidential=True)
    public = make_claim("A bridge stands.")
    public.appear(kept_back, "asserts", **two())
    private = make_subject("Jo Doe", private_person=True, kind="person", names=[{"text": "Viaducta", "language": "en"}])
    make_claim("Somebody crossed it.", subjects=[private])
    assert not Findable.objects.filter(said__icontains="viaduct").exists()
    assert set(Findable.objects.values_list("claim__public", flat=True)) == {True}
    assert not Claim.objects.public().found("viaduct").exists()
    assert Claim.objects.found("viaduct", by_editors=True).count() == 6
    held.lift("legal", because="Settled.", **two())
    sensitive.release(because="She spoke of it herself.", by=make_chief(), approved_by=make_editor())
    assert {c.key for c in Claim.objects.public().found("viaduct")} == {held.key, sensitive.key}


def test_what_was_searched_for_in_the_past_is_found_as_then(client):
    claim = make_claim("The viaduct was closed.", passage=make_passage("It was shut."))
    subject = make_subject("Old Name")
    other = make_claim("It was seen.", passage=make_passage("So they say."), subjects=[subject])
    then = other.standings.latest("number").change.recorded_at.isoformat()
    claim.reword("Other", "The bridge was closed.", **two(), **UPDATE)
    subject.edit(name="New Name", **two())

    def found(words, **at):
        return [c.key for c in client.get("/claims/", {"q": words, **at}).context["page"].rows]

    assert found("viaduct") == [] and found("viaduct", as_of=then) == [claim.key]
    assert found("bridge") == [claim.key] and found("bridge", as_of=then) == []
    assert found("new") == [other.key] and found("new", as_of=then) == []
    assert found("old") == [] and found("old", as_of=then) == [other.key]


def test_the_index_follows_every_act_and_a_new_one_says_the_same(corpus):
    a_passage = corpus["party"].shown = corpus["party"].appearances.get().passage
    a_passage.translate(
        "Une lettre le disait.", by=make_reporter(), approved_by=make_editor(), language="fr", made_by="x"
    )
    assert list(Claim.objects.public().found("lettre")) == [corpus["party"]]
    assess(corpus["party"], "disputed", citing=[contradicts(make_passage("The gala was held."))], because="It was.")
    assert list(Claim.objects.public().found("gala")) == [corpus["party"]]
    corpus["art"].merge(corpus["party"], because="The same.", **two())
    assert list(Claim.objects.public().found("small")) == [corpus["party"]]
    assert list(differences()) == [] and list(audit()) == []
    before = [set(m.objects.values_list("claim", "says", "said", "since", "until")) for m in (Findable, DeskFindable)]
    call_command("reindex")
    assert before == [
        set(m.objects.values_list("claim", "says", "said", "since", "until")) for m in (Findable, DeskFindable)
    ]
    assert list(Claim.objects.public().found("gala")) == [corpus["party"]]


def test_an_index_that_is_bent_is_told(corpus):
    Findable.objects.filter(claim=corpus["art"]).update(said="Other words")
    DeskFindable.objects.filter(claim=corpus["party"]).delete()
    assert set(differences()) == {corpus["art"].key, corpus["party"].key}
    assert any(corpus["art"].key in sentence and "reindex" in sentence for sentence in audit())
    call_command("reindex")
    assert list(differences()) == []


def test_a_source_that_becomes_confidential_is_found_no_longer():
    passage = make_passage("The viaduct was weak.")
    claim = make_draft("It was known.", passage=passage)
    Source.objects.get(pk=passage.capture.source_id).edit(confidential=True, by=make_reporter())
    claim.appear(make_passage("It is said."), "asserts", by=make_reporter())
    claim.publish(**two())
    assert not Claim.objects.public().found("viaduct").exists()
    Source.objects.get(pk=passage.capture.source_id).edit(confidential=False, **two())
    assert list(differences()) == []


def test_editors_search_drafts_in_the_admin(admin_client):
    make_draft("A draft about viaducts.", passage=make_passage("橋の点検。", language="ja"))
    for words in ("viaduct", "点検"):
        page = admin_client.get("/admin/claims/claim/", {"q": words}).content.decode()
        assert "A draft about viaducts." in page
    assert "A draft about viaducts." not in admin_client.get("/admin/claims/claim/", {"q": "bridge"}).content.decode()


def test_a_search_costs_the_same_when_the_archive_grows(client, same_queries):
    make_claim("The viaduct fell.")
    searches = [partial(client.get, "/claims/", {"q": q}) for q in ("viaduct", "viaduct fell", '"viaduct fell" 点検')]
    same_queries(*searches, grow=lambda: make_claim("The viaduct fell."))


def test_a_query_of_any_length_is_bounded():
    assert len(terms(" ".join(f"word{n}" for n in range(100)))) == MOST
    assert terms("") == terms("  \n") == terms("—…!") == []


def test_tokens_stand_where_they_say():
    text = "Zehr\u0430 É\u0301lan œuvre ｶﾞ橋の点検 𝒜 x_y"
    for token in tokens(text):
        assert token.end > token.start and list(tokens(text[token.start : token.end]))
    assert places("Ｆｕｌｌ width", terms("full")) == [(0, 4)]
    assert places("A点検B", terms("点検")) == [(1, 3)]


# -- the demo desk, against a slow and simple reading of its pages


def plain(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f").replace("\u0430", "a").replace("’", "'")


def said_of(claim):
    found = [claim.wording.headline, claim.wording.statement]
    found += [m.subject.name for m in claim.shown_about]
    found += [n.text for m in claim.shown_about if not m.subject.private_person for n in m.subject.names.live()]
    quoted = [a.passage for a in claim.shown_appearances]
    if claim.assessment:
        found += [claim.assessment.why, claim.assessment.reason]
        cited = [c.passage for c in claim.assessment.citations.all() if c.passage]
        quoted += [p for p in cited if not p.capture.source.confidential]
    for passage in quoted:
        found += [passage.exact, *(t.text for t in passage.translations.live())]
    return [plain(text) for text in found]


IN_THE_DEMO = """Mostaque|Emad|Oxford|oxford mathematics|Westminster|hedge fund|"hedge fund"|"fund hedge"|crude oil|cryptocurrency
Zehra|Qureshi|zehra qureshi|Stability|"Stability AI"|Stable Diffusion|diffusion|United Nations|World Bank|Elon Musk
Forbes|2005|1.7|languages|langues|fonds|élève|eleve|mathematiques|mathématiques|société|societe|annee|créateur|createur
大学|投資|知能|人工|設立|教育|数学|企業|会社|起業|言語|才能|金融|世界|技術|開発|英国|東京|nowhere|xyzzy|存在しない""".replace(
    "\n", "|"
).split("|")


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_the_search_finds_in_the_demo_what_a_slow_reading_finds(demo_desk):
    claims = {c.key: said_of(c) for c in Claim.objects.public().for_page()}
    assert len(claims) > 200
    wrong, hits = {}, 0
    for words in IN_THE_DEMO:
        asked = [words.strip('"')] if words.startswith('"') else words.split()
        starts = [re.compile(("" if ord(w[-1]) > 0x2FFF else r"(?<!\w)") + re.escape(plain(w))) for w in asked]
        wanted = {k for k, texts in claims.items() if all(any(s.search(t) for t in texts) for s in starts)}
        found = {c.key for c in Claim.objects.public().found(words)}
        hits += len(found)
        if found != wanted:
            wrong[words] = (found - wanted, wanted - found)
    print(f"{len(IN_THE_DEMO)} queries over {len(claims)} claims, {hits} found, {len(wrong)} queries differ")
    assert wrong == {} and hits > 500
    rows = list(Claim.objects.public().for_list().found("Zehra")[:5])
    matched(rows, "Zehra")
    assert rows and list(differences()) == []


@pytest.mark.slow
def test_whatever_is_searched_for_never_fails(corpus, client):
    dice = Random(1)
    signs = "\"“”«»「」*:()'&|!<>-^~\\\0 \u0301\u3099橋ｶﾞ\ud7afаAz01\U0001f309"
    for _ in range(120):
        words = "".join(dice.choice(signs) for _ in range(dice.randint(1, 12)))
        assert client.get("/claims/", {"q": words}).status_code in ({200, 400} if "\0" in words else {200}), repr(words)
