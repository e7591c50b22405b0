"""The versions of how we decide. The words of each stand in a template of its own, and never change once it is published."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class MethodVersion:
    """One version: its name, the day from which findings are made under it, and what it changed."""

    name: str
    since: date
    changed: str | Promise

    @property
    def template(self) -> str:
        return f"method_{self.name}.html"


# Oldest first. A change of how we decide is a new line here and a new template, never an edit.
VERSIONS = (
    MethodVersion("2026-11", date(2026, 11, 1), gettext_lazy("The first version.")),
    MethodVersion(
        "2026-11-25",
        date(2026, 11, 25),
        gettext_lazy(
            "It says in full how we choose, record, assess, review, reply and correct, what each kind of source is worth, how we"
            " translate, and what we do not check. No rule of the first version was dropped."
        ),
    ),
)
FIRST = VERSIONS[0].name


def method_version() -> str:
    """Under which a finding is made now."""
    return VERSIONS[-1].name


def version_named(name: str) -> MethodVersion | None:
    return next((v for v in VERSIONS if v.name == name), None)


def version_on(day: date) -> MethodVersion:
    """The version that was in force on a day; the first one before there was any."""
    return next((v for v in reversed(VERSIONS) if v.since <= day), VERSIONS[0])
