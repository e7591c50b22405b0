"""How claims can be asked for: the same set for the page and the API, so that an address can be copied from one to the other."""

from datetime import UTC, datetime, time

import django_filters as filters
from django.forms import DateInput

from sources.models import Source

from .models import Claim, Kind, Standing, Status, Subject

MOST_WORDS = 10


def _languages():
    return [(tag, tag) for tag in Source.objects.public().languages()]


class ClaimFilter(filters.FilterSet):
    """OR inside one filter, AND between them."""

    q = filters.CharFilter(method="words", label="Words")
    status = filters.MultipleChoiceFilter(choices=Status.choices, method="standing", label="Status")
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label="Kind")
    subject = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Subject.objects.with_page(), to_field_name="key", method="about", label="About"
    )
    source = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Source.objects.public(), to_field_name="key", method="said_in", label="Source"
    )
    lang = filters.MultipleChoiceFilter(choices=_languages, method="in_language", label="Language of source")
    changed_after = filters.DateFilter(method="since", label="Changed from", widget=DateInput(attrs={"type": "date"}))
    changed_before = filters.DateFilter(method="until", label="Changed to", widget=DateInput(attrs={"type": "date"}))

    class Meta:
        model = Claim
        fields: list[str] = []

    def words(self, claims, name, value):
        for word in value.split()[:MOST_WORDS]:
            claims = claims.saying(word)
        return claims

    def standing(self, claims, name, statuses):
        return claims.standing_at(statuses) if statuses else claims

    def about(self, claims, name, subjects):
        return claims.about(subjects) if subjects else claims

    def said_in(self, claims, name, sources):
        return claims.said_in(sources) if sources else claims

    def in_language(self, claims, name, tags):
        return claims.said_in(Source.objects.public().in_languages(tags)) if tags else claims

    def since(self, claims, name, day):
        return claims.changed_since(datetime.combine(day, time(), UTC))

    def until(self, claims, name, day):
        return claims.changed_until(datetime.combine(day, time.max, UTC))


class ChangeFilter(filters.FilterSet):
    """The same for changes of status: what a claim became, and whom it is about."""

    status = filters.MultipleChoiceFilter(choices=Status.choices, method="became", label="Status")
    subject = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Subject.objects.with_page(), to_field_name="key", method="about", label="About"
    )

    class Meta:
        model = Standing
        fields: list[str] = []

    def became(self, standings, name, statuses):
        return standings.filter(status__in=statuses).exclude(claim__kind=Kind.OPINION) if statuses else standings

    def about(self, standings, name, subjects):
        return standings.about(subjects) if subjects else standings
