import pytest
from django.core.exceptions import ValidationError

from sources.languages import language_name, standardise


@pytest.mark.parametrize(("tag", "standard"), [("JA", "ja"), ("fr", "fr"), ("zh-hant", "zh-Hant"), ("en_gb", "en-GB")])
def test_a_tag_takes_its_standard_form(tag, standard):
    assert standardise(tag) == standard


@pytest.mark.parametrize("tag", ["japanese!", "xx-bogus-tag-that-is-none", "qqqq"])
def test_what_is_no_language_is_refused(tag):
    with pytest.raises(ValidationError, match="is not a language"):
        standardise(tag)


def test_a_language_has_a_name():
    assert (language_name("ja"), language_name("fr")) == ("Japanese", "French")
