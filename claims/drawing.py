"""The tree behind a spread as a small picture: who says it above, where it comes from below, lines at the left.

Every node has a row, so that its name is readable on a phone; all lines to one node share a lane, so that they converge.
"""

import unicodedata
from dataclasses import dataclass

from sources.models.origins import DescentKind

from .spreading import Node, Strand

WIDTH, LINE, GAP, LANE, LETTER = 360, 17, 13, 11, 7
SOURCES, ROWS = 12, 40  # that are drawn; the list has them all


@dataclass
class Row:
    node: Node
    words: list[tuple[int, str]]  # each line of its name, and how high it stands
    y: int  # of its shape
    joins: bool  # lines end here


@dataclass
class Picture:
    rows: list[Row]
    paths: list[str]
    left: int  # of the shapes
    height: int
    more: int  # sources that are not drawn

    @property
    def text_left(self) -> int:
        return self.left + 14

    @property
    def width(self) -> int:
        return WIDTH


def picture_of(strands: list[Strand]) -> Picture | None:
    """Nothing where no source has anything from anybody: there are no lines to see."""
    if not any(strand.ties for strand in strands):
        return None
    names: list[Node] = []
    lines: list[tuple[Node, Node]] = []
    for strand in strands:
        room = max(0, SOURCES - sum(node.speaks for node in names))
        nodes, ties = _drawn([saying.node for saying in strand.sayings][:room], strand)
        if len(names) + len(nodes) <= ROWS:
            names += nodes
            lines += ties
    sources = {saying.node for strand in strands for saying in strand.sayings}
    place = {node: n for n, node in enumerate(names)}
    lanes = _lanes([(place[a], place[b]) for a, b in lines])
    left = LANE * (max(lanes.values(), default=0) + 1) + 12
    rows, y = [], GAP
    for node in names:
        words = _broken(node.name, (WIDTH - left - 14) // LETTER)
        rows.append(Row(node, [(y + LINE * n, w) for n, w in enumerate(words)], y - 4, node in {b for _, b in lines}))
        y += LINE * len(words) + GAP
    at = [row.y for row in rows]
    paths = [_path(left, left - LANE * (lanes[place[b]] + 1), at[place[a]], at[place[b]]) for a, b in lines]
    return Picture(rows, list(dict.fromkeys(paths)), left, y - GAP - 4, len(sources - set(names)))


def _drawn(sources: list[Node], strand: Strand) -> tuple[list[Node], list[tuple[Node, Node]]]:
    """The nodes that these sources lead to, those from which nothing leads on last, and the pairs that hang together."""
    one = {node: node for tie in strand.ties for node in (tie.lower, tie.upper)} | {node: node for node in sources}
    for tie in (t for t in strand.ties if t.kind == DescentKind.SAME):  # two names of one thing are one node
        stays, goes = sorted((one[tie.lower], one[tie.upper]), key=lambda node: (not node.speaks, node == tie.lower))
        one = {node: stays if now == goes else now for node, now in one.items()}
    ties = list(dict.fromkeys((one[t.lower], one[t.upper]) for t in strand.ties if one[t.lower] != one[t.upper]))
    nodes = list(dict.fromkeys(one[node] for node in sources))
    for node in nodes:  # which grows
        nodes += [b for a, b in ties if a == node and b not in nodes]
    ties = [(a, b) for a, b in ties if a in nodes]
    leads_on = {a for a, _ in ties}
    return sorted(nodes, key=lambda node: (not node.speaks, node not in leads_on)), ties


def _lanes(lines: list[tuple[int, int]]) -> dict[int, int]:
    """For each row that lines lead to, the lane nearest to the shapes in which they touch no others."""
    spans: dict[int, tuple[int, int]] = {}
    for a, b in lines:
        low, high = spans.get(b, (b, b))
        spans[b] = min(a, low), max(a, high)
    lanes: dict[int, int] = {}
    for row, (low, high) in sorted(spans.items(), key=lambda span: span[1][1] - span[1][0]):
        taken = {lanes[r] for r in lanes if spans[r][0] <= high and low <= spans[r][1]}
        lanes[row] = next(n for n in range(len(spans)) if n not in taken)
    return lanes


def _path(left: int, lane: int, a: int, b: int) -> str:
    turn = 5 if b > a else -5
    return f"M{left - 6} {a}H{lane + 5}Q{lane} {a} {lane} {a + turn}V{b - turn}Q{lane} {b} {lane + 5} {b}H{left - 8}"


def _broken(name: str, room: int) -> list[str]:
    """A name in up to two lines; letters of East Asia are twice as wide, and break anywhere."""
    lines: list[str] = []
    line = word = ""
    for letter in f"{name} ":
        word += letter
        if letter == " " or _wide(letter) == 2:
            if line and _long(line) + _long(word.rstrip()) > room:
                lines, line = [*lines, line.rstrip()], ""
            line, word = line + word, ""
    lines.append(line.rstrip())
    if len(lines) > 2:
        lines[1:] = [" ".join(lines[1:])]
    return [_cut(line, room) for line in lines]


def _cut(line: str, room: int) -> str:
    if _long(line) <= room:
        return line
    while _long(line) > room - 1:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _long(text: str) -> int:
    return sum(map(_wide, text))


def _wide(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
