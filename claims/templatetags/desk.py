"""What templates say: icons, tags, dates and languages. Loaded everywhere."""

import difflib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.defaulttags import querystring
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, escape, format_html, format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
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
    Position,
    RelationKind,
    Stance,
    Status,
)
from claims.models.assessing import MARKER
from claims.queues import queues
from claims.speaking import ENGLISH, home_in, name_of, spoken, the_same_in, title_of
from sources.dates import label
from sources.dates import moment as moment_words
from sources.languages import language_name
from sources.models.origins import DescentKind
from sources.models.texts import RegionKind
from sources.recording import may

register = template.Library()
register.simple_tag(sends_mail)

# 16 × 16, in the colour of the words; .k is cut out in the colour of the ground.
ICONS = {
    "verified": '<circle cx="8" cy="8" r="7" fill="currentColor"/><path class="k" d="M4.6 8.3l2.3 2.3 4.5-5"/>',
    "disputed": '<path d="M8 1l7 7-7 7-7-7z" class="o"/><path d="M8 1v14L1 8z" fill="currentColor"/>',
    "unverified": '<circle cx="8" cy="8" r="6.6" class="o d"/><path d="M6.1 6.4a2 2 0 1 1 2.7 1.9c-.5.2-.8.5-.8 1v.3M8 11.7v.1" class="o"/>',
    "opinion": '<path d="M3 3h4v5H3zM9 3h4v5H9zM7 8q0 3-3 5M13 8q0 3-3 5" class="o"/>',
    "supports": '<path d="M8 3v10M3 8h10" class="o w"/>',
    "contradicts": '<path d="M3 6h10M3 10h10M11 2.5l-6 11" class="o w"/>',
    "context": '<path d="M8 7v5M8 4v.2" class="o w"/>',
    "asserts": '<path d="M2 2h12v9H8l-3.5 3.2V11H2z" fill="currentColor"/>',
    "denies": '<path d="M2 2h12v9H8l-3.5 3.2V11H2z" class="o"/><path d="M5.6 4.3l4.8 4.4M10.4 4.3L5.6 8.7" class="o w"/>',
    "reports": '<path d="M2 2h12v9H8l-3.5 3.2V11H2z" class="o"/><path d="M5 5h6M5 8h4" class="o"/>',
    "qualifies": '<path d="M2 2h12v9H8l-3.5 3.2V11H2z" class="o"/><path d="M5 5.6q1.5-1.4 3 0t3 0M5 8.4q1.5-1.4 3 0t3 0" class="o"/>',
    "silent": '<path d="M4 8h8" class="o w"/>',
    "not_read": '<circle cx="8" cy="8" r="5" class="o d"/>',
    "search": '<circle cx="7" cy="7" r="4.5" class="o w"/><path d="M10.5 10.5L14 14" class="o w"/>',
    "x": '<path d="M4 4l8 8M12 4l-8 8" class="o w"/>',
    "correction": '<path d="M2 13l1-3.6L10.4 2l2.6 2.6L5.6 12zM9 3.4L11.6 6" class="o"/>',
    "arrow": '<path d="M2 8h11M9 4l4 4-4 4" class="o w"/>',
}
DEFINITIONS = {
    "verified": gettext_lazy("Independent evidence we have read confirms the claim as worded."),
    "disputed": gettext_lazy("Credible evidence, or a source we hold, contradicts the claim as worded."),
    "unverified": gettext_lazy("We recorded the claim. We have not found enough evidence either way."),
}
# With a country, which OpenGraph asks for.
LOCALES = {"en": "en_GB", "fr": "fr_FR", "ja": "ja_JP"}
OPINION = gettext_lazy("Opinion, not assessed")
# What the history of a claim tells, beside the findings.
ACTS = {
    "publish": gettext_lazy("Published"),
    "release": gettext_lazy("Released"),
    "reword": gettext_lazy("Reworded"),
    "appear": gettext_lazy("Another passage recorded"),
    "relate": gettext_lazy("Related to another claim"),
    "strike": gettext_lazy("A passage struck"),
    "close": gettext_lazy("A passage struck"),
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


@register.simple_tag(takes_context=True)
def address(context, of, *args, **query):
    """Where a page is, by its name, or a thing; from a page of the past, links lead to the past."""
    past = getattr(context.get("request"), "past", None)
    query |= {"as_of": past.asked} if past else {}
    place = reverse(of, args=args) if isinstance(of, str) else of.get_absolute_url()
    return f"{place}?{urlencode(query)}".removesuffix("?")


@register.simple_tag(takes_context=True)
def languages(context):
    """Each language: where this page is in it, or else its home. Sets `page_language`, which is in every template."""
    context["page_language"] = spoken()
    request = context.get("request")
    if request is None or request.path.startswith(reverse("admin:index")):
        return []
    nowhere = context.get("nowhere")  # the address has no page, and is not repeated
    return [
        Tongue(code, name, "" if nowhere else the_same_in(code, request), request) for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def shared(context):
    """What others show beside a link to this page: what its blocks `title` and `description` say, the desk named apart."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    title, description = (blocks.get_block(name).render(context) for name in ("title", "description"))
    return {"title": mark_safe(title.partition(" – FactDesk")[0]), "description": description}  # both are rendered


@register.simple_tag
def locales():
    """The language of this page, then the others, as OpenGraph names them."""
    first = spoken()
    return [LOCALES[code] for code in sorted(LOCALES, key=lambda code: code != first)]


@dataclass(frozen=True)
class Tongue:
    """A language, and where a page is in it; nowhere, where it has only English."""

    code: str
    name: str
    there: str
    request: Any

    @property
    def address(self) -> str:
        return self.there or home_in(self.code)

    @property
    def whole(self) -> str:
        return self.request.build_absolute_uri(self.there) if self.there else ""


@register.simple_tag
def english():
    """Marks words of the desk in English where the page is not."""
    return "" if spoken() == ENGLISH else mark_safe(f' lang="{ENGLISH}"')


@register.filter
def in_english(words: str):
    """Words of the desk, or a name, inside of a sentence in another language."""
    return format_html("<span{}>{}</span>", english(), words) if words and english() else words


@register.simple_tag
def quoted(words, language):
    """Somebody's words between the marks that the language of the page has, which is not theirs."""
    return format_html(gettext("“{words}”"), words=format_html('<span lang="{}">{}</span>', language, words))


@register.simple_tag
def title(source):
    """A title of a source for readers of this page, and its language."""
    return title_of(source)


@register.simple_tag
def name(subject):
    """A name of a subject for readers of this page, and its language."""
    return name_of(subject)


@register.filter
def marked(said):
    """Words of the record and their language, which they carry where it is not that of the page."""
    words, language = said
    return words if language == spoken() else format_html('<span lang="{}">{}</span>', language, words)


@register.simple_tag
def also(subject):
    """The name that we print in English, beside another in the language of the page."""
    return (
        ""
        if name_of(subject)[0] == subject.name
        else format_html(' <span class="muted small">{}</span>', in_english(subject.name))
    )


@register.simple_tag
def other_names(subject):
    """What else a subject is called, beside the name that this page gives it."""
    names = [(subject.name, ENGLISH), *((n.text, n.language) for n in subject.names.all() if n.text)]
    return [said for said in names if said[0] != name_of(subject)[0]]


@register.simple_tag
def origin_name(origin):
    """An origin by name; where it is kept back, what is said instead is in the language of the page."""
    return in_english(origin.name) if origin.shown_name == origin.name else origin.shown_name


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
def icon(name):
    return mark_safe(f'<svg class="ico" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{ICONS[name]}</svg>')


@register.simple_tag
def mark(name, x, y):
    """An icon inside of a picture, its middle at a place."""
    place = f"translate({x - 6.5:.1f} {y - 6.5:.1f}) scale(.82)"
    ground = '<path class="under" d="M0 0h16v16H0z"/>'
    return mark_safe(f'<g class="ico ico--{name}" transform="{place}">{ground}{ICONS[name]}</g>')


@register.filter
def place(number):
    """A place in a picture, written as SVG has it in every language."""
    return f"{number:.1f}"


@register.simple_tag
def symbol(name):
    """An icon that a page shows often: drawn once, and used by its id."""
    return mark_safe(f'<symbol id="i-{name}" class="ico" viewBox="0 0 16 16">{ICONS[name]}</symbol>')


@register.simple_tag
def status_tag(status, big=False):
    return format_html(
        '<strong class="tag tag--{}{}">{}{}</strong>',
        status,
        " tag--big" if big else "",
        icon(status),
        Status(status).label,
    )


@register.simple_tag
def claim_tag(claim, big=False):
    """A claim's status; an opinion has none."""
    if claim.is_opinion:
        return format_html('<span class="word">{}{}</span>', icon("opinion"), OPINION)
    return status_tag(claim.status, big)


@register.simple_tag
def webhooks_to_look_at(user):
    """Those that do not answer, for who can do something about it."""
    return Endpoint.objects.failing() if may(user, "manage") else []


@register.simple_tag
def desk_tag(claim):
    """The same for the editors' screens, whose style sheet is the admin's."""
    if claim.is_opinion:
        return OPINION
    return format_html('<span class="fd-tag fd-{}">{}</span>', claim.status, Status(claim.status).label)


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


SIGNS = {"verified": "●", "disputed": "◆", "unverified": "◌"}


@register.filter
def sign(claim):
    """A claim's status as a shape and a word, for the end of its passage on the reading desk."""
    return f"{claim.key} opinion" if claim.is_opinion else f"{SIGNS[claim.status]} {Status(claim.status).label.lower()}"


@register.filter
def person(user):
    """An editor by name."""
    return (user.get_full_name() or user.username) if user else gettext("the desk")


@register.simple_tag
def status_word(status):
    return format_html('<span class="word word--{}">{}{}</span>', status, icon(status), Status(status).label)


@register.simple_tag
def stance(name):
    return format_html('<span class="stance stance--{}">{}{}</span>', name, icon(name), Stance(name).label)


@register.simple_tag
def position(name):
    return format_html('<span class="pos pos--{}">{}{}</span>', name, icon(name), Position(name).label)


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
def lang_name(tag):
    return language_name(tag, into=spoken())


@register.simple_tag
def dated(value):
    """A date of a source, with the precision that it has; an interval is two."""
    return mark_safe(label(value, spoken(), _time))  # of the date itself nothing is said but by `_time`


def _time(words, stamp):
    return format_html('<time datetime="{}">{}</time>', stamp, words) if stamp else escape(words)


@register.simple_tag
def moment(value):
    """A moment of our own record, with its time and zone."""
    at = localtime(value)
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), moment_words(at, spoken()))


@register.simple_tag
def day(value):
    return date_of(localtime(value).date())


@register.simple_tag
def date_of(value):
    """A day of our own record."""
    return format_html('<time datetime="{}">{}</time>', value, label(value.isoformat(), spoken()))


@register.filter
def number(value):
    """A number as the language of the page writes it: 12,345 or 12 345. Not for addresses and pictures."""
    return number_format(value, force_grouping=True)


@register.filter
def named(speaker):
    """A link of a chain, as far as the source says who it is: a name in its own language, what it is in that of the page."""
    if speaker.anonymity == Anonymity.UNSTATED:
        return speaker.shown_name
    name = in_english(speaker.name)
    return (
        name if speaker.anonymity == Anonymity.NAMED else format_html("{} ({})", name, speaker.get_anonymity_display())
    )


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
