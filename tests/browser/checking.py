"""What is wrong with a page as it stands in a browser."""

from axe_playwright_python.sync_playwright import Axe

WIDE, NARROW, LEAST = {"width": 1280, "height": 900}, {"width": 390, "height": 844}, {"width": 320, "height": 700}

# WCAG 2.0 to 2.2, A and AA, and what axe holds for good practice. Without being told, axe leaves out 2.2.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BUT_2_2 = [tag for tag in RULES if tag != "wcag22aa"]  # of the admin, whose stock targets are small
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # what the mode alone changes


class Told:
    """What a browser says of a page while it reads it: errors, and what our policy blocked."""

    def __init__(self, page):
        self.lines: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.lines.append(str(error)))

    def _hear(self, said):
        # That a page answered 404 or 410 is told as an error, and is none where it should.
        of_the_page = said.text.startswith("Failed to load resource") and said.location["url"] == said.page.url
        if (said.type == "error" and not of_the_page) or "Content Security Policy" in said.text:
            self.lines.append(said.text)

    def heard(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


def broken_rules(page, rules=None, tags=RULES) -> list[str]:
    """What axe finds, by its rule and the element; of these rules alone, or of all that have these tags."""
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        "only => axe.run({runOnly: only, resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))",
        chosen,
    )
    return [f"{rule}: {html[:200]}" for rule, nodes in found for html in nodes]


def runs_off(page) -> list[str]:
    """What stands further right than the page is wide, where the page scrolls sideways."""
    return page.evaluate(
        """() => {
          const wide = innerWidth + 1, root = document.documentElement;
          if (root.scrollWidth <= wide) return [];
          const all = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > wide);
          return [`${root.scrollWidth} px in ${innerWidth}: ` + all.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(" | ")];
        }"""
    )


def out_of_box(page) -> list[str]:
    """What is wider inside than its own box, and is not made to scroll."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && !e.closest("svg"))
          .filter(e => getComputedStyle(e).overflowX === "visible")
          .map(e => `out of its box: ${e.outerHTML.slice(0, 120)}`)"""
    )


USABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"


def walk(page, in_order: bool) -> list[str]:
    """What is wrong with the way that Tab takes through a page; `in_order`: where one column says what comes next."""
    there = page.evaluate(
        """usable => {
          const seen = e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && e.tabIndex >= 0 && !e.disabled;
          const one = e => e.type !== "radio" || e.checked || !document.querySelector(`[name="${e.name}"]:checked`);
          window.stops = [...document.querySelectorAll(usable)].filter(seen).filter(one);
          return stops.map(e => e.outerHTML.slice(0, 120));
        }""",
        USABLE,
    )
    walked = []
    for _ in range(3 * len(there)):  # a date has stops of its own inside
        page.keyboard.press("Tab")
        step = page.evaluate(
            """() => {
                  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
                  const first = e.getClientRects()[0] ?? box;  // of a link that runs over two lines
                  const outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
                  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 1 && box.height > 1;
                  return {at: stops.indexOf(e), what: e.outerHTML.slice(0, 120), skip: e.matches(".skip"),
                    shown: outlined && inside, top: first.top + scrollY, bottom: box.bottom + scrollY, left: first.left};
                }"""
        )
        if walked and step["at"] == walked[-1]["at"]:
            walked[-1]["shown"] |= step["shown"]
        elif step["at"] < 0 or any(step["at"] == other["at"] for other in walked):
            break  # out of the page, or round
        else:
            walked.append(step)
    wrong = [] if walked and walked[0]["skip"] else ["the first stop is not the skip link"]
    wrong += [f"never reached: {there[n]}" for n in sorted(set(range(len(there))) - {step["at"] for step in walked})]
    wrong += [f"the focus is not seen: {step['what']}" for step in walked if not step["shown"]]
    pairs = list(zip(walked[1:], walked[2:], strict=False))
    wrong += [f"out of turn: {b['what']}" for a, b in pairs if b["at"] < a["at"]]
    if in_order:  # what comes next stands further down, or further right on the same line
        back = [(a, b) for a, b in pairs if b["bottom"] <= a["top"] or (b["top"] <= a["top"] and b["left"] < a["left"])]
        wrong += [f"not in the order that is seen: {a['what']} before {b['what']}" for a, b in back]
    return wrong


BUDGET = {"document": 60_000, "stylesheet": 30_000, "script": 5_000}
REQUESTS, PACKED_CLAIM = 6, 15_000


def over_budget(sizes: dict[str, int], packed: int, requests: int, kind: str | None) -> list[str]:
    """What a page weighs too much: bytes of each kind as they are, requests, and for a claim all of it packed."""
    over = [f"{sizes[what]} bytes of {what}" for what, most in BUDGET.items() if sizes[what] > most]
    over += [f"{requests} requests"] if requests > REQUESTS else []
    return over + ([f"{packed} bytes packed"] if kind == "claim" and packed > PACKED_CLAIM else [])
