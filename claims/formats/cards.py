"""The picture that others show beside a link to a claim: its status as shape and word, its statement, its date."""

import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image, ImageDraw, ImageFont

from ..speaking import day_words

WIDTH, HEIGHT, EDGE = 1200, 630, 72
PAPER, INK, MUTED = "#fcfcfa", "#16181a", "#5a6066"
COLOURS = {"verified": "#1c6cab", "disputed": "#b8610c", "unverified": "#5a6066", "opinion": "#5a6066"}
LINES = 5


@dataclass(frozen=True)
class Card:
    """What others show beside a link to a claim. Previews outlive statuses, so that the date stands in the title."""

    status: str
    label: str
    title: str
    description: str
    address: str
    picture: str
    embed: str

    @classmethod
    def of(cls, claim: Any, base: str) -> "Card":
        """`base`: the address of the desk's home."""
        at = base.rstrip("/")
        status = "opinion" if claim.is_opinion else claim.status
        label = gettext("Opinion, not assessed") if claim.is_opinion else claim.get_status_display()
        title = gettext("{status}: {claim} ({day})").format(
            status=label, claim=claim.words, day=day_words(claim.changed_at)
        )
        why = claim.assessment.why if claim.assessment else gettext("We recorded this claim. We have not assessed it.")
        picture = reverse("claim-card", args=[claim.key, claim.version])
        embed = reverse("embed", args=[claim.key])
        return cls(status, label, title, why, at + claim.get_absolute_url(), at + picture, at + embed)


@cache
def _font(size: int) -> Any:
    """The font that the library brings: Latin letters. No other is shipped, and none is asked of the machine."""
    return ImageFont.load_default(size)


def card_of(status: str, label: str, statement: str, foot: str) -> bytes:
    """A PNG of 1200 by 630. A statement in letters that the font has not is left out: the page has it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    colour = COLOURS[status]
    draw.rectangle((0, 0, 20, HEIGHT), fill=colour)
    _shape(draw, status, colour, EDGE + 40, EDGE + 40)
    draw.text((EDGE + 104, EDGE + 2), label, font=_font(60), fill=colour)
    y = 196
    for line in _broken(draw, statement, _font(48)) if _is_latin(statement) else []:
        draw.text((EDGE, y), line, font=_font(48), fill=INK)
        y += 64
    draw.text((EDGE, HEIGHT - EDGE - 18), foot, font=_font(30), fill=MUTED)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _shape(draw: Any, status: str, colour: str, x: int, y: int) -> None:
    """The silhouettes of the pages: a filled circle, a half-filled diamond, a dashed circle."""
    r = 36
    if status == "verified":
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        draw.line((x - 16, y, x - 4, y + 14, x + 18, y - 16), fill=PAPER, width=9, joint="curve")
    elif status == "disputed":
        draw.polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], outline=colour, width=6)
        draw.polygon([(x, y - r), (x, y + r), (x - r, y)], fill=colour)
    else:
        for angle in range(0, 360, 30):
            draw.arc((x - r, y - r, x + r, y + r), angle, angle + 18, fill=colour, width=6)


def _is_latin(text: str) -> bool:
    return all(
        ord(c) < 128 or unicodedata.name(c, "").startswith("LATIN") or unicodedata.category(c)[0] in "PSZ" for c in text
    )


def _broken(draw: Any, text: str, font: Any) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and draw.textlength(longer, font=font) > WIDTH - 2 * EDGE:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1]} …"]
