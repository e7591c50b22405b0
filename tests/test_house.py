"""The floors of the house: imports run downhill, and stand at the top of their file."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

FLOORS = {"sources": set(), "claims": {"sources"}, "factdesk": {"claims", "sources"}}
FILES = [p for floor in FLOORS for p in sorted((settings.ROOT / floor).rglob("*.py"))]
TEMPLATES = sorted((settings.ROOT / "templates").rglob("*.html"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_imports_run_downhill(path):
    floor = path.relative_to(settings.ROOT).parts[0]
    uphill = (FLOORS.keys() - FLOORS[floor] - {floor}) & set(imported(ast.parse(path.read_text("utf-8"))))
    assert not uphill


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_no_import_hides_in_a_function(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert not [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]


CLIENTS = {"httpx2", "httpcore2", "requests", "urllib3", "http.client", "urllib.request", "socket", "ftplib"}
MAY_ASK = {"sources/fetching.py", "sources/confining.py", "factdesk/management/commands/demo.py"}


def whole(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_only_the_fetcher_asks_the_world(path):
    """Confining takes the network away, and the demo looks whether its port is free."""
    asks = CLIENTS & set(whole(ast.parse(path.read_text("utf-8"))))
    assert not asks or str(path.relative_to(settings.ROOT)) in MAY_ASK


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.ROOT)))
def test_no_template_carries_inline_style_or_script(path: Path):
    text = path.read_text("utf-8")
    assert " style=" not in text
    assert " onclick" not in text and " onload" not in text
    assert "<script>" not in text and "|safe" not in text
