"""How claims can be asked for: the same set for the page and the API, so that an address can be copied from one to the other."""

from datetime import UTC, datetime, time

import django_filters as filters
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from sources.models import Source

from .models import Claim, Kind, Standing, Status, Subject
from .ordering import SORTINGS, order_named, refused
from .paging import Order

NO_SUCH = {name: _("There is no “%(value)s” here") for name in ("invalid_choice", "invalid_pk_value")}
NO_DAY = {"invalid": _("Enter a day, like 2026-11-20")}


def _languages():
    return [(tag, tag) for tag in Source.objects.public().languages()]


class SortField(filters.fields.ChoiceField):
    """The name of an order. Which there are depends on what else is asked for, so that the whole filter says."""

    def validate(self, value):
        pass


class SortFilter(filters.ChoiceFilter):
    field_class = SortField


class ClaimFilter(filters.FilterSet):
    """OR inside one filter, AND between them."""

    q = filters.CharFilter(method="words", label=_("Words"))
    status = filters.MultipleChoiceFilter(
        choices=Status.choices, method="standing", label=_("Status"), error_messages=NO_SUCH
    )
    kind = filters.MultipleChoiceFilter(choices=Kind.choices, label=_("Kind"), error_messages=NO_SUCH)
    subject = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Subject.objects.with_page(),
        to_field_name="key",
        method="about",
        label=_("About"),
        error_messages=NO_SUCH,
    )
    source = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Source.objects.public(),
        to_field_name="key",
        method="said_in",
        label=_("Source"),
        error_messages=NO_SUCH,
    )
    lang = filters.MultipleChoiceFilter(
        choices=_languages, method="in_language", label=_("Language of source"), error_messages=NO_SUCH
    )
    changed_after = filters.DateFilter(
        method="since", label=_("Changed from"), widget=DateInput(attrs={"type": "date"}), error_messages=NO_DAY
    )
    changed_before = filters.DateFilter(
        method="until", label=_("Changed to"), widget=DateInput(attrs={"type": "date"}), error_messages=NO_DAY
    )
    sort = SortFilter(choices=[(name, s.words) for name, s in SORTINGS.items()], method="leave", label=_("Order"))

    class Meta:
        model = Claim
        fields: list[str] = []

    def is_valid(self):
        if super().is_valid():
            asked = self.form.cleaned_data
            if asked["sort"] and (why := refused(asked["sort"], asked["q"])):
                self.form.add_error("sort", why)
        return super().is_valid()

    @property
    def order(self) -> Order:
        """In which the claims are listed."""
        asked = self.form.cleaned_data
        return order_named(asked.get("sort", ""), asked.get("q", ""))

    def leave(self, claims, name, value):
        """An order leaves out nothing."""
        return claims

    def words(self, claims, name, value):
        return claims.found(value)

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

    status = filters.MultipleChoiceFilter(choices=Status.choices, method="became", label=_("Status"))
    subject = filters.ModelMultipleChoiceFilter(
        queryset=lambda request: Subject.objects.with_page(),
        to_field_name="key",
        method="about",
        label=_("About"),
        error_messages=NO_SUCH,
    )

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, data, *args, **kwargs):
        """A form that leaves the subject open sends an empty name, which names nobody."""
        data = data.copy()
        data.setlist("subject", filter(None, data.getlist("subject")))
        super().__init__(data, *args, **kwargs)

    def became(self, standings, name, statuses):
        return standings.filter(status__in=statuses).exclude(claim__kind=Kind.OPINION) if statuses else standings

    def about(self, standings, name, subjects):
        return standings.about(subjects) if subjects else standings
