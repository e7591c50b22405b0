"""The demo desk in the other languages of the interface."""

import pytest
from django.urls import reverse
from lxml import html

from claims.models import Claim, Name, Subject
from sources.models import Source

from .test_languages import FOREIGN, in_language, left_in_english, recorded, shown, without_a_mark


@pytest.mark.deep
@pytest.mark.xdist_group("demo")
@pytest.mark.django_db
def test_the_demo_desk_speaks_french_and_japanese(demo_desk, client):
    things = [
        *Claim.objects.public().exclude(assessment=None)[:4],
        *Source.objects.public()[:2],
        *Subject.objects.with_page()[:3],
    ]
    shown_here = [
        reverse("home"),
        reverse("claims"),
        reverse("sources"),
        *(thing.get_absolute_url() for thing in things),
    ]
    texts = recorded()
    for place in shown_here:
        for language in FOREIGN:
            # A name in the language of the page needs no mark.
            mine = Name.objects.filter(language__startswith=language).values_list("text", flat=True)
            page = html.fromstring(shown(client, in_language(language, place)))
            assert sorted(set(without_a_mark(page, texts - set(mine)))) == [], place
            assert language == "fr" or sorted(set(left_in_english(page))) == [], place
