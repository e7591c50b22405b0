"""How claims can be asked for: the same set for the page and the API, so that an address can be copied from one to the other."""

from datetime import UTC, datetime, time

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import DateInput

from sources.models import Change, Source

from .models import Appearance, Claim, Kind, Status, Subject

MOST_WORDS = 10


def _midnight(day):
    return datetime.combine(day, time(), UTC)


def _languages():
    found = Source.objects.public().order_by("language").values_list("language", flat=True).distinct()
    return [(tag, tag) for tag in found]


class ClaimFilter(filters.FilterSet):
    """OR inside one filter, AND between them."""

    q = filters.CharFilter(method="words", label="Words")
    status = filters.MultipleChoiceFilter(choices=Status.choices, method="standing", label="Status")
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label="Kind")
    subject = filters.ModelMultipleChoiceFilter(
        queryset=Subject.objects.with_page(), to_field_name="key", method="about", label="About"
    )
    source = filters.ModelMultipleChoiceFilter(
        queryset=Source.objects.public(), to_field_name="key", method="said_in", label="Source"
    )
    lang = filters.MultipleChoiceFilter(choices=_languages, method="in_language", label="Language of source")
    changed_after = filters.DateFilter(method="since", label="Changed from", widget=DateInput(attrs={"type": "date"}))
    changed_before = filters.DateFilter(method="until", label="Changed to", widget=DateInput(attrs={"type": "date"}))

    class Meta:
        model = Claim
        fields: list[str] = []

    def words(self, claims: QuerySet, name, value):
        """Each word stands in the statement, the sentence of why, the key or a quote in any language."""
        for word in value.split()[:MOST_WORDS]:
            quoted = Appearance.objects.shown().filter(passage__exact__icontains=word)
            claims = claims.filter(
                Q(pk__in=quoted.values("claim"))
                | Q(wording__statement__icontains=word)
                | Q(assessment__why__icontains=word)
                | Q(key__iexact=word)
            )
        return claims

    def standing(self, claims, name, statuses):
        """An opinion has no status."""
        return claims.assessable().filter(status__in=statuses) if statuses else claims

    def about(self, claims, name, subjects):
        if not subjects:
            return claims
        return claims.filter(pk__in=Claim.objects.filter(about__until__isnull=True, about__subject__in=subjects))

    def said_in(self, claims, name, sources):
        return claims.said_in(sources) if sources else claims

    def in_language(self, claims, name, tags):
        return claims.said_in(Source.objects.public().filter(language__in=tags)) if tags else claims

    def since(self, claims, name, day):
        first = Change.objects.filter(public_number__isnull=False, recorded_at__gte=_midnight(day)).order_by("id")
        return claims.filter(changed__gte=first.values("public_number")[:1])

    def until(self, claims, name, day):
        last_moment = datetime.combine(day, time.max, UTC)
        last = Change.objects.filter(public_number__isnull=False, recorded_at__lte=last_moment).order_by("-id")
        return claims.filter(changed__lte=last.values("public_number")[:1])
