"""A document comes in by one of three ways, is checked, and is kept exactly as it came."""

import io
import random

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from warcio.archiveiterator import ArchiveIterator

from claims.models import Claim, Proposal
from sources import storing
from sources.capturing import keep, oddities
from sources.capturing import upload as upload_of
from sources.models import Capture, Incoming, Source, Watch
from tests.making import make_claim, make_editor, make_reporter, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BRING = "/admin/sources/capture/add/"
PAGE = """<!doctype html><html lang="fr"><head><title>Le pont - Gazette</title><meta name="author" content="Anne Durand">
<meta property="og:site_name" content="La Gazette"><meta property="article:published_time" content="2023-06-14"></head><body>
<nav><a href="/">Accueil</a></nav><article><h1>Le pont</h1><p>Le pont n’a jamais été inspecté, selon un rapport de la ville que la
Gazette a lu.</p><p>Le maire dit qu’il a été inspecté deux fois en 2022, et que le rapport se trompe de pont.</p></article></body></html>"""


@pytest.fixture
def reporter(client):
    user = make_reporter()
    client.force_login(user)
    return user


def bring(client, **fields):
    return client.post(BRING, {"url": "", "text": ""} | fields)


def upload(client, raw, name="article.html"):
    return bring(client, file=SimpleUploadedFile(name, raw))


def confirm(client, page, **fields):
    """Sends the check page as it stands, with what is changed on it."""
    form = client.get(page).context["form"]
    told = {n: (f.value() if f.value() is not None else "") for n, f in ((n, form[n]) for n in form.fields)}
    told = {n: getattr(v, "key", v) for n, v in told.items() if v is not False}
    return client.post(page, told | {"rights": "quote"} | fields)


def words_of(answer):
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_pasted_text_is_kept_as_it_is(client, reporter):
    page = bring(client, text="  Première ligne.\r\n\r\n<p>Deuxième.</p> ").url
    assert not Capture.objects.exists()
    answer = confirm(client, page, title="Deux lignes")
    capture = Capture.objects.get()
    assert capture.text == "  Première ligne.\n\n<p>Deuxième.</p> "
    assert answer.url == reverse("admin:capture_desk", args=[capture.pk])
    assert storing.read(capture.sha256).decode() == capture.text
    assert not Incoming.objects.exists()


def test_a_page_is_guessed_and_confirmed(client, reporter):
    page = upload(client, PAGE.encode()).url
    form = client.get(page).context["form"]
    guessed = {n: form[n].value() for n in ("title", "author", "outlet", "dated", "language")}
    assert guessed["title"].startswith("Le pont")
    assert guessed | {"title": ""} == {
        "title": "",
        "author": "Anne Durand",
        "outlet": "La Gazette",
        "dated": "2023-06-14",
        "language": "fr",
    }
    confirm(client, page, title="Le pont")
    capture = Capture.objects.get()
    assert (capture.source.title, capture.source.outlet.name, capture.source.dated) == (
        "Le pont",
        "La Gazette",
        "2023-06-14",
    )
    assert "Le pont n’a jamais été inspecté" in capture.text and "Accueil" not in capture.text
    assert storing.read(capture.sha256) == PAGE.encode()
    assert (capture.extractor.split()[0], capture.media_type) == ("trafilatura", "text/html")


def test_a_word_file_is_read(client, reporter):
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("The bridge was never inspected.")
    document.core_properties.title = "The bridge"
    document.save(out)
    page = upload(client, out.getvalue(), "bridge.docx").url
    assert client.get(page).context["form"]["title"].value() == "The bridge"
    confirm(client, page)
    assert Capture.objects.get().text == "The bridge was never inspected."


@pytest.mark.parametrize("charset", ["shift_jis", "euc_jp", "iso2022_jp", "windows-1252", "utf-16"])
def test_old_encodings_are_read(client, reporter, charset):
    text = (
        "café déjà vu, naïve façade à côté. " * 9
        if charset == "windows-1252"
        else "橋は点検されなかった。市の報告書による。" * 9
    )
    page = upload(client, text.encode(charset), "old.txt").url
    assert client.get(page).context["incoming"].text == text


def test_the_same_bytes_again_are_known(client, reporter):
    confirm(client, bring(client, text="Once.").url)
    page = bring(client, text="Once.").url
    shown = client.get(page)
    assert "These very bytes are kept already" in shown.content.decode()
    assert "kept already" in words_of(confirm(client, page, source=Source.objects.get().key))
    client.post(page, {"leave": "1"})
    assert (Capture.objects.count(), Incoming.objects.count()) == (1, 0)


def test_other_bytes_are_another_capture_of_the_same_source(client, reporter):
    source = make_source("The bridge stood.", by=reporter)
    page = bring(client, text="The bridge fell.").url
    confirm(client, f"{page}?source={source.key}")
    assert [c.text for c in source.captures.order_by("id")] == ["The bridge stood.", "The bridge fell."]


def test_repeated_stretches_are_shown_with_what_differs_and_marked(client, reporter):
    one = (
        "The ferry was late on Monday. The harbour office said nothing about it to anybody who asked for days. Then a "
        "letter came, signed by its head, which called the delay a rumour and named nobody. Two members of the crew say "
        "that the engine had failed before, in spring, and that the log of that week is missing from the archive."
    )
    text = f"## {one}\n{one.replace('spring', 'autumn', 1)}"
    page = bring(client, text=text).url
    (region, field) = client.get(page).context["form"].marked()[0]
    assert ["spring", "autumn"] in region["differences"]
    confirm(client, page)
    marked = Capture.objects.get().regions.get()
    assert text[marked.of_start : marked.of_end].startswith("The ferry")


def test_a_region_without_its_tick_is_not_marked(client, reporter):
    page = bring(client, text="Subscribe to our newsletter\nThe bridge stood.").url
    told = {"title": "T", "language": "en", "rights": "quote"}
    client.post(page, told)
    assert not Capture.objects.get().regions.exists()


def test_what_is_odd_is_told_and_kept(client, reporter):
    text = "with Zehr\u0430 in London \u202e and \ufffd, Bj\u00f6rn, iPhone\u306f"
    page = bring(client, text=text).url
    odd = client.get(page).context["oddities"]
    assert len(odd) == 3 and "look-alike letter" in odd[0]
    confirm(client, page)
    assert Capture.objects.get().text == text


def test_a_text_that_took_too_long_to_look_through_says_so(reporter, settings):
    settings.FACTDESK_PARSE_SECONDS = 2
    dice = random.Random(5)
    words = " ".join("".join(dice.choices("abcdeéжд", k=7)) for _ in range(600_000))
    incoming = upload_of(words.encode(), "long.txt", by=reporter)
    assert "nobody looked for odd letters" in oddities(incoming)[0]
    assert keep(incoming, by=reporter, title="T", language="en", rights="quote").text == words


@pytest.mark.parametrize(
    ("raw", "name", "sentence"),
    [
        (b"", "empty.txt", "The file is empty"),
        (b"%PDF-1.7 broken", "broken.pdf", "The PDF is broken"),
        (b"PK\x03\x04broken", "broken.docx", "The Word file is broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture.pdf", "This is not a text"),
        (b"MZ" + bytes(range(256)) * 4, "program.txt", "This is not a text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old.doc", "old Word file"),
        (b"<html><body><script>app()</script></body></html>", "app.html", "There is no text in it"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_nothing_is_kept(client, reporter, raw, name, sentence):
    assert sentence in words_of(upload(client, raw, name))
    assert not Incoming.objects.exists() and not Capture.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, reporter, settings):
    settings.FACTDESK_MAX_BYTES = 2_000_000
    assert "The file is 3 MB. Upload one of up to 2 MB" in words_of(upload(client, b"x" * 3_000_000))


def test_an_address_inside_is_refused_in_words(client, reporter):
    assert "Only public addresses are asked for" in words_of(bring(client, url="http://127.0.0.1/"))


def test_one_way_at_a_time(client, reporter):
    assert "Enter one of the three" in words_of(bring(client, url="https://example.org/", text="words"))
    assert "Enter an address, choose a file or paste the text" in words_of(bring(client))


def test_the_original_is_only_ever_downloaded(client, reporter):
    confirm(client, upload(client, PAGE.encode()).url)
    capture = Capture.objects.get()
    answer = client.get(reverse("admin:capture_original", args=[capture.pk]))
    assert answer.content == PAGE.encode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == (
        "sandbox; default-src 'none'",
        "nosniff",
    )
    assert answer["Content-Type"] == "application/octet-stream"


def test_nobody_outside_sees_what_came_in(client, reporter):
    page = bring(client, text="Private.").url
    client.logout()
    assert client.get(page).status_code == 302


def test_an_address_is_fetched_and_its_answer_is_kept_for_other_archives(client, reporter, outside):
    outside.pages["/bridge"] = PAGE
    address = f"http://127.0.0.1:{outside.server_port}/bridge"
    page = bring(client, url=address).url
    confirm(client, page, title="Le pont")
    capture = Capture.objects.get()
    assert (capture.how, capture.http_status, capture.final_url, capture.source.url) == ("fetch", 200, address, address)
    with open(storing.path_of(capture.sha256).with_name(f"{capture.sha256}.warc.gz"), "rb") as file:
        record = next(iter(ArchiveIterator(file, check_digests=True)))
        assert record.rec_headers["WARC-Target-URI"] == address
        assert record.http_headers.get_statuscode() == "200"
        assert record.content_stream().read() == PAGE.encode()


def test_the_same_address_with_other_bytes_is_offered_as_a_new_capture(client, reporter, outside):
    address = f"http://127.0.0.1:{outside.server_port}/bridge"
    for words in (PAGE, PAGE.replace("deux fois", "trois fois")):
        outside.pages["/bridge"] = words
        page = bring(client, url=address).url
        told = {} if Source.objects.exists() else {"title": "Le pont"}
        confirm(client, page, **told)
    assert Source.objects.get().captures.count() == 2


def test_a_date_that_is_later_than_the_capture_is_told(client, reporter):
    page = upload(client, PAGE.replace("2023-06-14", "2031-06-14").encode()).url
    assert "The date 2031-06-14 is later than our capture" in client.get(page).context["oddities"]


@pytest.mark.parametrize("told", ["2023-06", "2023", "2023-02-31"])
def test_a_date_that_a_page_does_not_write_is_not_guessed(client, reporter, told):
    page = upload(client, PAGE.replace("2023-06-14", told).encode()).url
    assert client.get(page).context["form"]["dated"].value() == ""


def test_a_document_that_was_kept_already_is_not_kept_again(client, reporter):
    bring(client, text="Une seule fois.")
    incoming = Incoming.objects.get()
    fields = {"title": "Une fois", "rights": "quote", "language": "fr"}
    keep(incoming, by=reporter, **fields)
    with pytest.raises(ValidationError, match="kept or left already"):
        keep(incoming, by=reporter, **fields)
    assert Capture.objects.count() == 1


def test_the_same_words_with_the_same_statement_are_recorded_once(client, reporter):
    capture = make_source("They said no.").captures.get()
    page = reverse("admin:capture_desk", args=[capture.pk])
    told = {
        "quotation": "They said no.",
        "statement": "They said no.",
        "position": "asserts",
        "hedge": "flat",
        "kind": "fact",
    }
    told |= {f"{rows}-{n}_FORMS": "0" for rows in ("speaker", "figure") for n in ("TOTAL", "INITIAL")}
    assert client.post(page, told).status_code == 302
    assert f"{Claim.objects.get().key} says this of these words already" in words_of(client.post(page, told))
    assert Claim.objects.count() == 1


def test_the_same_bytes_become_another_source_only_where_an_editor_says_so(client, reporter):
    first, page = (bring(client, text="Once.").url for _ in range(2))  # both are open before one is kept
    confirm(client, first, title="One")
    assert "These very bytes are kept already, in SO-" in words_of(confirm(client, page, title="Two"))
    confirm(client, page, title="Two", again="on")
    assert Source.objects.count() == 2


def test_a_command_that_captures_a_file_twice_says_so_and_leaves_nothing_waiting(tmp_path, reporter):
    path = tmp_path / "bridge.txt"
    path.write_text("The bridge stood for a hundred years.")
    call_command("capture", str(path), "--by", reporter.username)
    with pytest.raises(CommandError, match="kept already, in SO-"):
        call_command("capture", str(path), "--by", reporter.username)
    assert (Source.objects.count(), Incoming.objects.count()) == (1, 0)
    call_command("capture", str(path), "--by", reporter.username, "--again")
    assert Source.objects.count() == 2


def test_a_document_that_came_in_before_regions_were_noted_is_shown(client, reporter):
    page = bring(client, text="The bridge stood.").url
    incoming = Incoming.objects.get()
    Incoming.objects.update(guessed={k: v for k, v in incoming.guessed.items() if k not in {"odd", "regions"}})
    assert client.get(page).status_code == 200


def test_an_address_that_was_emptied_stays_empty(client, reporter, outside):
    outside.pages["/bridge"] = PAGE
    page = bring(client, url=f"http://127.0.0.1:{outside.server_port}/bridge").url
    confirm(client, page, title="Le pont", url="", confidential="on")
    assert Source.objects.get().url == ""


def test_a_store_that_cannot_be_written_is_a_sentence_and_loses_nothing(client, reporter, settings, tmp_path):
    page = bring(client, text="The bridge stood.").url
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    settings.FACTDESK_FILES = blocked / "files"
    assert "could not be written" in words_of(confirm(client, page, title="T", language="en"))
    assert (Capture.objects.count(), Incoming.objects.count()) == (0, 1)


READ = {"position": "asserts", "hedge": "flat", "kind": "fact"}
READ |= {f"{rows}-{n}_FORMS": "0" for rows in ("speaker", "figure") for n in ("TOTAL", "INITIAL")}


@pytest.mark.parametrize(("desk", "said", "sent"), [("everything", "waits", 1), ("nothing", "is recorded", 0)])
def test_what_is_read_of_a_claim_that_readers_see_waits_where_two_decide(client, settings, desk, said, sent):
    settings.FACTDESK_TWO_PEOPLE = desk
    claim = make_claim()
    client.force_login(make_editor())
    page = reverse("admin:capture_desk", args=[make_source("They said no.").captures.get().pk])
    answer = client.post(page, READ | {"quotation": "They said no.", "existing": claim.key}, follow=True)
    assert f"{claim.key} {said}" in answer.content.decode()
    assert (Proposal.objects.waiting().filter(verb="appear").count(), claim.appearances.count()) == (sent, 2 - sent)


def test_reading_to_the_end_keeps_what_is_half_typed(client, reporter):
    capture = make_source("They said no. They left.").captures.get()
    page = reverse("admin:capture_desk", args=[capture.pk])
    answer = client.post(page, READ | {"read": "1", "quotation": "They said", "statement": "They ref"})
    assert answer.status_code == 200 and "Noted: you read it to the end" in answer.content.decode()
    shown = answer.context["form"]
    assert (shown["quotation"].value(), shown["statement"].value()) == ("They said", "They ref")
    assert "Nothing was recorded" not in answer.content.decode()
    assert capture.read_by.by == reporter and not Claim.objects.exists()


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("He said:\r\nNo.\r\nHe left.", "said:\r\nNo."),
        ("He said:\rNo.\rHe left.", "said:\r\nNo."),
        ("Il dit\u00a0: «\u202fNon\u00a0», puis part.", "dit : « Non », puis"),
        ("彼は\u3000「いいえ」と言った。", "彼は 「いいえ」"),
    ],
)
def test_words_whose_white_space_a_browser_changed_are_found_as_they_stand(client, reporter, text, typed):
    capture = make_source(text).captures.get()
    page = reverse("admin:capture_desk", args=[capture.pk])
    assert client.post(page, READ | {"quotation": typed, "statement": "He said no."}).status_code == 302
    exact = capture.passages.get().exact
    assert exact in text and "".join(exact.split()) == "".join(typed.split())


def test_white_space_alone_is_no_quotation(client, reporter):
    capture = make_source("They said no.  They left.").captures.get()
    page = reverse("admin:capture_desk", args=[capture.pk])
    assert "Enter the words, letter for letter" in words_of(
        client.post(page, READ | {"quotation": "  ", "statement": "Nothing."})
    )


def test_words_that_are_typed_go_into_no_address(client, reporter):
    make_claim("The bridge was never inspected.")
    near = reverse("admin:claims_near")
    assert client.get(near, {"words": "The bridge was never inspected."}).json() == {"claims": []}
    (offered,) = client.post(near, {"words": "The bridge was never inspected."}).json()["claims"]
    assert offered["words"] == "The bridge was never inspected."


def test_watching_is_what_the_button_said_however_often_it_is_pressed(client, reporter):
    source = make_source("A text.", url="https://news.example/1")
    address = reverse("admin:source_watch", args=[source.pk])
    for wanted, count in (("watch", 1), ("watch", 1), ("stop", 0), ("stop", 0)):
        client.post(address, {"wanted": wanted})
        assert Watch.objects.count() == count
    nowhere = make_source("Another text.")
    assert "has no address" in words_of(
        client.post(reverse("admin:source_watch", args=[nowhere.pk]), {"wanted": "watch"})
    )
