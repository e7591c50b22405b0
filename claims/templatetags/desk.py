"""What templates say of claims and of the desk."""

import difflib
import re
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.defaulttags import querystring
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, escape, format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy

from claims.mailing import sends_mail
from claims.methods import version_named
from claims.models import (
    Anonymity,
    Balance,
    Channel,
    Code,
    CorrectionKind,
    Endpoint,
    Outcome,
    RelationKind,
    Status,
)
from claims.models.assessing import MARKER
from claims.queues import queues
from claims.speaking import name_of_speaker
from sources.models.origins import DescentKind
from sources.models.texts import RegionKind
from sources.recording import may

from .languages import in_english, marked, origin_name

register = template.Library()
register.simple_tag(sends_mail)

DEFINITIONS = {
    "verified": gettext_lazy("Independent evidence we have read confirms the claim as worded."),
    "disputed": gettext_lazy("Credible evidence, or a source we hold, contradicts the claim as worded."),
    "unverified": gettext_lazy("We recorded the claim. We have not found enough evidence either way."),
}
# What the history of a claim tells, beside the findings.
ACTS = {
    "publish": gettext_lazy("Published"),
    "release": gettext_lazy("Released"),
    "reword": gettext_lazy("Reworded"),
    "appear": gettext_lazy("Another passage recorded"),
    "relate": gettext_lazy("Related to another claim"),
    "strike": gettext_lazy("A passage struck"),
    "add": gettext_lazy("A subject added"),
    "close": gettext_lazy("A relation to another claim ended"),
    "absorb": gettext_lazy("Another claim merged into this one"),
    "hold": gettext_lazy("Taken from view"),
    "lift": gettext_lazy("Shown to readers"),
    "redact": gettext_lazy("Words redacted"),
    "translate": gettext_lazy("A translation added"),
    "ask": gettext_lazy("Somebody asked for a reply"),
    "answer": gettext_lazy("A reply recorded"),
    "withdraw": gettext_lazy("Withdrawn"),
    "merge": gettext_lazy("Merged into another claim"),
}


SUBJECT_ENDED = gettext_lazy("A subject taken off")


@register.simple_tag(takes_context=True)
def address(context, of, *args, **query):
    """Where a page is, by its name, or a thing; from a page of the past, links lead to the past."""
    past = getattr(context.get("request"), "past", None)
    query |= {"as_of": past.asked} if past else {}
    place = reverse(of, args=args) if isinstance(of, str) else of.get_absolute_url()
    return f"{place}?{urlencode(query)}".removesuffix("?")


@register.simple_tag
def goes_back_to(origins):
    """Origins by name, each with its kind where it is not kept back."""
    said = []
    for origin in origins:
        name = format_html("<strong>{}</strong>", origin_name(origin))
        kept_back = origin.source.confidential if hasattr(origin, "source") else False
        said.append(name if kept_back else format_html(gettext("{} ({})"), name, origin.get_kind_display()))
    return format_html_join(gettext(", "), "{}", ((one,) for one in said))


RELATES = {
    RelationKind.SAME: gettext_lazy("This claim is the same as:"),
    RelationKind.PART_OF: gettext_lazy("This claim is part of:"),
    RelationKind.CONTRADICTS: gettext_lazy("This claim contradicts:"),
    RelationKind.NOT_SAME: gettext_lazy("This claim is not the same as:"),
    RelationKind.ABSORBS: gettext_lazy("This claim takes in:"),
}
RELATED_BY = {
    RelationKind.SAME: gettext_lazy("The same as this claim:"),
    RelationKind.PART_OF: gettext_lazy("Part of this claim:"),
    RelationKind.CONTRADICTS: gettext_lazy("Contradicts this claim:"),
    RelationKind.NOT_SAME: gettext_lazy("Not the same as this claim:"),
    RelationKind.ABSORBS: gettext_lazy("Takes in this claim:"),
}


@register.filter
def relates(relation):
    """How a claim stands to the other."""
    return RELATES[relation.kind]


@register.filter
def related_by(relation):
    """How the other stands to a claim."""
    return RELATED_BY[relation.kind]


@register.simple_tag
def whole(number):
    """A number that is not broken at its hyphen at the end of a line."""
    return format_html('<span class="whole">{}</span>', number)


@register.simple_tag(takes_context=True)
def parameters(context, **changed):
    """What this page was asked for, some of it changed; nothing where nothing is left, which Django 6 writes as "?"."""
    return querystring(context, **changed).removesuffix("?")


@register.simple_tag
def webhooks_to_look_at(user):
    """Those that do not answer, for who can do something about it."""
    return Endpoint.objects.failing() if may(user, "manage") else []


@register.filter
def as_it_is(words):
    """Text whose carriage returns survive the reader's browser, so that places in it stay true."""
    return mark_safe(escape(words).replace("\r", "&#13;"))


@register.filter
def visible(words):
    """White space that would not be seen, as signs."""
    return words.replace("\n", "↵").replace("\t", "⇥").replace(" ", "␣") if not words.strip() else words


@register.filter
def with_evidence(reason, cited):
    """A reason in paragraphs, whose markers lead to the evidence of the same number; the first of each can be led back to."""
    count, first = len(cited), set()

    def link(marker):
        if int(marker[1]) > count:
            return marker[0]
        name = "" if marker[1] in first else f' id="r{marker[1]}"'
        first.add(marker[1])
        return f'<a class="ref" href="#ev{marker[1]}"{name}>{marker[0]}</a>'

    return mark_safe(MARKER.sub(link, linebreaks(reason or "", autoescape=True)))  # which was escaped


@register.filter
def person(user):
    """An editor by name."""
    return (user.get_full_name() or user.username) if user else gettext("the desk")


@register.simple_tag(takes_context=True)
def method_address(context, name):
    """Where a version of how we decide is read; nowhere, where another desk's version is not ours."""
    return address(context, "method-version", name) if version_named(name) else ""


@register.filter
def code_marked(words):
    """A sentence in which `names` stand between back ticks."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(words))))  # which was escaped


@register.filter
def act(change):
    """What was done, in words."""
    if change.verb == "close" and change.parts:
        return SUBJECT_ENDED
    return ACTS.get(change.verb) or change.get_verb_display()


@register.filter
def status_definition(status):
    return DEFINITIONS[status]


LABELLED = {
    "status": Status,
    "balance": Balance,
    "relation": RelationKind,
    "code": Code,
    "correction": CorrectionKind,
    "channel": Channel,
    "outcome": Outcome,
    "descent": DescentKind,
    "region": RegionKind,
}
for _name, _choices in LABELLED.items():  # {{ value|status_label }}: a value of a form or a proposal in words
    register.filter(f"{_name}_label", lambda value, choices=_choices: choices(value).label)


@register.filter
def named(speaker):
    """A link of a chain, as far as the source says who it is: a name in its own language, what it is in that of the page."""
    name = marked(name_of_speaker(speaker))
    alone = speaker.anonymity in {Anonymity.NAMED, Anonymity.UNSTATED}
    return name if alone else format_html("{} ({})", name, speaker.get_anonymity_display())


@register.filter
def chain(speakers):
    """Who stands behind a source's words, in order: "after Forbes, after David Holz"."""
    links = (format_html(gettext("after {}"), named(speaker)) for speaker in speakers)
    return format_html_join(gettext(", "), "{}", ((link,) for link in links))


@register.simple_tag
def figure(number):
    """The value of a number beside its words: " = more than 5,000,000 USD"."""
    low, high = (
        number_format(n.normalize(), force_grouping=True) if n is not None else "" for n in (number.low, number.high)
    )
    if not (low or high):
        return ""
    value = low if low == high or not high else gettext("{low} to {high}").format(low=low, high=high)
    units = " ".join(filter(None, [value, number.currency]))
    said = [in_english(number.qualifier), units, in_english(number.unit)]
    return format_html(" = {}", format_html_join(" ", "{}", ((part,) for part in said if part)))


@register.simple_tag
def is_demo():
    return settings.DEMO


@register.simple_tag
def work_queue(editor, whose):
    """What waits for an editor, for the first page of the admin."""
    return queues(editor, whose)


@register.simple_tag
def changed_words(before: str, after: str):
    """The later words, with those that came and those that went."""
    one, two = (re.findall(r"\s+|\w+|[^\w\s]", words or "") for words in (before, after))
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        gone, come = "".join(one[a:b]), "".join(two[c:d])
        if tag == "equal":
            parts.append(conditional_escape(come))
        else:
            parts += [format_html("<del>{}</del>", gone)] if gone else []
            parts += [format_html("<ins>{}</ins>", come)] if come else []
    return mark_safe("".join(parts))  # each part was escaped
