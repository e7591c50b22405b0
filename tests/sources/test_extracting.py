"""Hostile files are read in a process of their own, and end in a sentence."""

import io
import random
import re
import time
import zipfile
import zlib

import docx
import pytest
from django.core.exceptions import ValidationError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from sources.capturing import read_file
from sources.extracting import extract
from sources.guessing import language_of


def pdf_of(stream, filters=b"/FlateDecode"):
    """A PDF whose one page shows a stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.4\n")
    for n, thing in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (n, thing))
    start = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places))
    out.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def zip_of(name, size, member="word/document.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open(member, "w", force_zip64=True) as file:
            for _ in range(size // 1_000_000):
                file.write(name * 1_000_000)
    return out.getvalue()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
)
BOMBS = {
    "a PDF of a gigabyte": lambda: pdf_of(
        zlib.compress(zlib.compress(bytes(1 << 28), 9), 9), b"/FlateDecode/FlateDecode"
    ),
    "a packed file of a gigabyte": lambda: zip_of(b"x", 300_000_000),
    "ten thousand packed files": lambda: many_members(10_000),
    "laughs": lambda: (LAUGHS + "]><html><body><p>&l9;</p></body></html>").encode(),
    "deep markup": lambda: b"<html><body>" + b"<div>" * 200_000 + b"x",
    "many attributes": lambda: b"<html><body><p " + b" ".join(b'a%d="x"' % n for n in range(200_000)) + b">x",
    "a long line": lambda: b"<p>" + b"a" * 15_000_000,
}


def many_members(number):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
        for n in range(number):
            packed.writestr(f"word/{n}.xml", "")
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_sentence_and_in_time(name):
    raw = BOMBS[name]()
    started = time.monotonic()
    try:
        found = read_file(raw)
    except ValidationError as refusal:
        assert refusal.messages[0].endswith(("text", "copy, or paste the text")) or "Upload one" in refusal.messages[0]
    else:
        assert len(found.text) <= 5_000_000  # harmless: the words that it has
    assert time.monotonic() - started < 30  # ten seconds of work, twice that on a busy machine


def long_text(length=4_900_000):
    """Words that hardly repeat, of which every one has to be looked at."""
    dice = random.Random(5)
    words = ["".join(dice.choices("abcdeéжд", k=7)) for _ in range(20_000)]
    return " ".join(dice.choices(words, k=length // 8))


@pytest.mark.slow
def test_a_long_text_is_looked_through_and_one_that_takes_too_long_is_read_all_the_same(settings):
    half = long_text(1_200_000)
    found = read_file(f"{half}\n{half}".encode(), plain=True, notice=True)
    assert [(r["start"], r["end"], r["of_start"]) for r in found.regions] == [(0, len(half), len(half) + 1)]
    settings.FACTDESK_PARSE_SECONDS = 2
    found = read_file(long_text().encode(), plain=True, notice=True)
    assert len(found.text) > 4_800_000 and found.odd == [] and found.regions is None


def test_words_of_a_pdf_are_read():
    page = zlib.compress(b"BT /F1 12 Tf 20 100 Td (The bridge was never inspected.) Tj ET")
    found = read_file(pdf_of(page))
    assert (found.text.strip(), found.media_type) == ("The bridge was never inspected.", "application/pdf")


def test_a_word_file_is_read_as_it_stands_now():
    document, out = docx.Document(), io.BytesIO()
    paragraph = document.add_paragraph("It was ")
    paragraph.add_run("not ").font.strike = True
    paragraph.add_run("true, said 5 ")
    paragraph.add_run()._r.append(OxmlElement("w:sym"))
    paragraph.add_run("2 people.")
    moved = OxmlElement("w:moveFrom")
    moved.append(document.add_paragraph("Moved away.").runs[0]._r)
    paragraph._p.append(moved)
    document.save(out)
    found = read_file(out.getvalue(), notice=True)
    assert found.text.strip() == "It was true, said 5 \ufffd2 people."
    assert found.odd == [
        "Words that the file strikes out, which are left out: “not”",
        "A lost character (replacement character), after “It was true, said 5 ”",
    ]


def test_a_file_that_loops_is_stopped(settings):
    settings.FACTDESK_PARSE_SECONDS = 1
    started = time.monotonic()
    with pytest.raises(ValidationError, match="longer than 1 seconds"):
        read_file(b"<html><body>" + b"<p>words and words. </p>" * 600_000)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("橋は点検されなかった。", "ja"),
        ("다리는 점검되지 않았다.", "ko"),
        ("这座桥从未被检查过，市政府的报告是这么说的。", "zh"),
        ("Le pont n’a jamais été inspecté, selon un rapport de la ville.", "fr"),
        ("Die Brücke wurde nie geprüft, sagt ein Bericht der Stadt.", "de"),
        ("The bridge was never inspected, says a report of the city.", "en"),
    ],
)
def test_a_language_is_guessed(text, language):
    assert language_of(text) == language


def test_what_reads_files_has_no_network_and_writes_nothing():
    # The page names a picture, a style and a frame of elsewhere: nothing of them is asked for, and it is read all the same.
    page = '<html><head><link rel="stylesheet" href="http://127.0.0.1:1/"></head><body><article><p>' + (
        "The bridge was never inspected, says a report. " * 9
    )
    assert "never inspected" in read_file(f'{page}<img src="http://127.0.0.1:1/x"></p></article>'.encode()).text


WORDS = "The council met on Monday and heard of the bridge, which nobody had inspected since spring. " * 4


def page(head="", body="", lang="en"):
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}<article><p>{WORDS}</p></article></body></html>'


def test_a_page_in_sixteen_bits_is_read_as_a_page():
    found = extract(page("<title>The bridge</title>").encode("utf-16"))
    assert (found.media_type, found.title) == ("text/html", "The bridge") and "<p>" not in found.text


def test_a_text_that_speaks_of_tags_is_no_page():
    words = "To write HTML, use <p>  and </p>.\nTwo  spaces stay."
    assert extract(words.encode()).text == words
    assert extract(f"<p>{words}".encode(), media_type="text/plain").text == f"<p>{words}"


@pytest.mark.parametrize(
    "odd", ["\u202e", "\u200b", "\u200c", "\u200d", "\u00ad", "\u00a0", "\u3000", "\u202f", "\ue000"]
)
def test_characters_that_are_not_seen_stay_in_the_words_of_a_page(odd):
    found = extract(page(body=f"<p>START{odd}END of the long first paragraph. {WORDS}</p>").encode())
    assert f"START{odd}END" in found.text
    entity = extract(page(body=f"<p>START&#{ord(odd)};END of the long first paragraph. {WORDS}</p>").encode())
    assert f"START{odd}END" in entity.text


def test_what_is_struck_out_is_left_out_and_told_and_raised_numbers_stay_raised():
    words = f"<p>It is <del>not</del> true, said 10<sup>6</sup> people who drank H<sub>2</sub>O, M<sup>me</sup> Durand. {WORDS}</p>"
    found = extract(page(body=words).encode())
    assert "It is true, said 10⁶ people who drank H₂O, Mme Durand." in " ".join(found.text.split())
    assert found.odd == ["Words that the page strikes out, which are left out: “not”"]


def test_a_page_without_an_article_is_read_with_the_same_care():
    found = extract(b"<html><body><p>Not <s>not</s> 10<sup>6</sup> Zehr&#8203;a.</p></body></html>")
    assert " ".join(found.text.split()) == "Not 10⁶ Zehr\u200ba."
    assert found.odd == ["Words that the page strikes out, which are left out: “not”"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("It cost <!-- -->5<!-- --> million euros.", "It cost 5 million euros."),
        ("<!-- x -->It cost <?php 6 ?>5 million.", "It cost 5 million."),
        ("in<!-- x -->side the <b>never<!-- x --> seen</b> hall", "inside the never seen hall"),
        ("On <time>14 June 2023</time> the <label>council</label> met.", "On 14 June 2023 the council met."),
        ("He said <q>never</q> twice.", "He said “never” twice."),
        ("a&#12;b&nbsp;c&#11;d", "a b\u00a0c d"),
        (
            "It rose 10<sup> 6 </sup> times, 10<sup>3.5</sup>, 10<sup>n</sup>, note<sup>[8]</sup>.",
            "It rose 10⁶ times, 10^3.5, 10^n, note[8].",
        ),
        ('It is <span style="text-decoration: line-through">not</span> true.', "It is true."),
        ("It is <span hidden>not</span> true.", "It is true."),
    ],
)
def test_words_of_a_page_are_those_that_its_readers_see(written, read):
    found = extract(page().replace("<article><p>", f"<article><p>{written} {WORDS}</p><p>").encode())
    assert read in re.sub("[ \n\x0b\x0c]+", " ", found.text)


def test_what_a_word_file_once_looked_like_does_not_count():
    document, out = docx.Document(), io.BytesIO()
    paragraph = document.add_paragraph("It was ")
    run = paragraph.add_run("true")
    changed, before = OxmlElement("w:rPrChange"), OxmlElement("w:rPr")
    before.append(OxmlElement("w:strike"))
    changed.append(before)
    run._r.get_or_add_rPr().append(changed)
    off = OxmlElement("w:strike")
    off.set(qn("w:val"), "off")
    paragraph.add_run(", said 10")._r.get_or_add_rPr().append(off)
    paragraph.add_run("6").font.superscript = True
    paragraph.add_run(" people")
    paragraph.add_run(" in hiding").font.hidden = True
    paragraph.paragraph_format.tab_stops.add_tab_stop(914400)
    document.save(out)
    assert extract(out.getvalue()).text.strip("\n") == "It was true, said 10⁶ people"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"<p>It cost <!-- -->5<!-- --> million euros.</p><p>{WORDS}</p>", "It cost 5 million euros."),
        ("<article><p>in<!-- x -->side the hall</p></article>", "inside the hall"),
    ],
)
def test_a_comment_in_a_paragraph_parts_and_cuts_nothing(written, read):
    assert extract(f'<!doctype html><html lang="en"><body>{written}</body></html>'.encode()).text.startswith(read)
