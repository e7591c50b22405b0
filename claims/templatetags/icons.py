"""Icons, and what stands beside them: a status, a position, a stance."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from claims.models import Position, Stance, Status

register = template.Library()

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
OPINION = gettext_lazy("Opinion, not assessed")


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
def desk_tag(claim):
    """The same for the editors' screens, whose style sheet is the admin's."""
    if claim.is_opinion:
        return OPINION
    return format_html('<span class="fd-tag fd-{}">{}</span>', claim.status, Status(claim.status).label)


SIGNS = {"verified": "●", "disputed": "◆", "unverified": "◌"}


@register.filter
def sign(claim):
    """A claim's status as a shape and a word, for the end of its passage on the reading desk."""
    return f"{claim.key} opinion" if claim.is_opinion else f"{SIGNS[claim.status]} {Status(claim.status).label.lower()}"


@register.simple_tag
def status_word(status):
    return format_html('<span class="word word--{}">{}{}</span>', status, icon(status), Status(status).label)


@register.simple_tag
def stance(name):
    return format_html('<span class="stance stance--{}">{}{}</span>', name, icon(name), Stance(name).label)


@register.simple_tag
def position(name):
    return format_html('<span class="pos pos--{}">{}{}</span>', name, icon(name), Position(name).label)
