"""The pages of a desk on which nothing is recorded yet."""

import pytest

from .addresses import EMPTY, LANGUAGES
from .looking import what_is_wrong

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_an_empty_desk_are_in_order(live_server, reader, language):
    assert what_is_wrong(reader, live_server, EMPTY, language) == {}
