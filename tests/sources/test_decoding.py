"""The text of bytes in old encodings: by the name that a page gives, or by the language that it is in."""

import pytest

from sources.decoding import decode

WORDS = "The council met on Monday and heard of the bridge, which nobody had inspected since spring. " * 4


@pytest.mark.parametrize(
    ("label", "encoding", "words"),
    [
        ("iso-8859-1", "cp1252", "“Jamais”, dit-il – l’œuvre à 5 €"),
        ("ascii", "cp1252", "café"),
        ("Shift_JIS", "cp932", "①髙橋～株式会社㈱"),
        ("euc-jp", "euc_jis_2004", "①東京〜大阪"),
        ("gb2312", "gb18030", "镕基说“这座桥”"),
        ("euc-kr", "cp949", "똠방각하"),
        ("big5", "cp950", "這座橋"),
        ("iso-8859-9", "cp1254", "“köprü” – ğış"),
    ],
)
def test_the_name_of_an_old_encoding_means_what_browsers_take_it_for(label, encoding, words):
    raw = f'<html><head><meta charset="{label}"></head><body><p>{words}</p></body></html>'.encode(encoding)
    text, charset = decode(raw)
    assert words in text and raw.decode(charset) == text
    assert decode(words.encode(encoding), label)[0] == words


def test_a_label_that_nobody_knows_leaves_the_encoding_to_be_guessed():
    words = "橋は点検されなかった。市の報告書による。" * 5
    raw = f'<html><head><meta charset="no-such-thing"></head><body><p>{words}</p></body></html>'.encode("cp932")
    assert words in decode(raw)[0] and words in decode(raw, "neither-this")[0]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("iso8859-7", "Το πλοίο δεν επιθεωρήθηκε ποτέ, σύμφωνα με έκθεση της πόλης. Ο δήμαρχος λέει ότι έγινε. " * 3),
        ("cp1254", "Köprü hiç denetlenmedi, şehrin bir raporuna göre. Belediye başkanı denetlendiğini söylüyor. " * 3),
        ("cp1256", "لم يتم فحص الجسر قط، وفقا لتقرير المدينة. يقول رئيس البلدية إنه تم فحصه مرتين. " * 3),
        ("cp1257", "Norvēģijā tilts nekad netika pārbaudīts, teikts pilsētas ziņojumā. Mērs saka, ka tika. " * 3),
        ("cp1250", "Most nigdy nie został sprawdzony, jak wynika z raportu miasta. Burmistrz mówi, że został. " * 3),
        (
            "iso8859-2",
            "Most nigdy nie został sprawdzony; źródło mówi, że trzeba było sprawdzić, a wójt się śmieje. " * 3,
        ),
        ("iso8859-15", "Le pont a coûté 5 € par habitant, selon la mairie, et l'œuvre n'a jamais été inspectée. " * 3),
        ("cp1251", "Мост никогда не проверяли, говорится в отчёте города. Мэр говорит, что проверяли дважды. " * 3),
    ],
)
def test_an_encoding_that_nobody_names_is_told_from_the_language(encoding, words):
    assert decode(words.encode(encoding))[0] == words


@pytest.mark.parametrize("label", ["unicode_escape", "undefined", "base64", "punycode", "idna", "raw_unicode_escape"])
def test_a_label_that_is_no_encoding_of_the_web_is_not_obeyed(label):
    raw = f'<html><head><meta charset="{label}"></head><body><p>C:\\new\\u0041 {WORDS}</p></body></html>'.encode()
    assert "C:\\new\\u0041" in decode(raw)[0] and "C:\\new\\u0041" in decode(raw, label)[0]
