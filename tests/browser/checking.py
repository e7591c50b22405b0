"""What is wrong with a page as it stands in a browser."""

from axe_playwright_python.sync_playwright import Axe

WIDE, NARROW, LEAST = {"width": 1280, "height": 900}, {"width": 390, "height": 844}, {"width": 320, "height": 700}

# WCAG 2.0 to 2.2, A and AA, and what axe holds for good practice. Without being told, axe leaves out 2.2.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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


def broken_rules(page, rules=None) -> list[str]:
    """What axe finds, by its rule and the element; of these rules alone, or of all."""
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
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
