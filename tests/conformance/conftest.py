"""Strangers' validators, and what they judge: what the demo desk publishes.

Most are npm's (`npm ci --prefix tests/conformance`); the checker of pages needs Java, that of Atom is Ruby's. Where one is not
installed, its tests are skipped; with FACTDESK_JUDGES set, as in CI, they fail instead.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import override_settings

from .. import desks
from ..making import a_full_desk
from .publishing import gather

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
JAVA = ["java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"]  # it runs for seconds
VNU = MODULES / "vnu-jar/build/dist/vnu.jar"
INSTALL = "npm ci --prefix tests/conformance"


def _needed(program: str, package: str = "") -> None:
    missing = [] if shutil.which(program) else [f"install {program}"]
    missing += [f"run {INSTALL}"] if package and not (MODULES / package).exists() else []
    if missing:
        told = f"A judge is not installed: {', '.join(missing)}"
        pytest.fail(told) if os.environ.get("FACTDESK_JUDGES") else pytest.skip(told)


def _asked(*command, documents) -> dict[str, list]:
    said = subprocess.run(command, input=json.dumps(documents), capture_output=True, encoding="utf-8", timeout=600)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


@pytest.fixture(scope="session")
def judged():
    """What a judge finds in each document: {name: document} is answered by {name: [finding, …]}."""
    _needed("node", "edtf")

    def ask(documents, script, *about):
        return _asked("node", HERE / script, *about, documents=documents)

    return ask


@pytest.fixture(scope="session")
def atom_judged():
    _needed("ruby")
    return lambda feeds: _asked("ruby", HERE / "atom.rb", documents=feeds)


@pytest.fixture(scope="session")
def nu(tmp_path_factory):
    """What the Nu Html Checker says against each page."""
    _needed("java", "vnu-jar")

    def ask(pages: dict[str, str]) -> dict[str, list]:
        folder = tmp_path_factory.mktemp("pages")
        names = list(pages)
        for number, name in enumerate(names):
            (folder / f"{number}.html").write_text(pages[name], "utf-8")
        said = subprocess.run(
            [*JAVA, VNU, "--format", "json", "--exit-zero-always", "--stdout", folder],
            capture_output=True,
            encoding="utf-8",
            timeout=600,
        )
        found = {name: [] for name in names}
        for message in json.loads(said.stdout)["messages"]:
            number = int(Path(message["url"]).stem)
            found[names[number]].append(f"{message.get('subType', message['type'])}: {message['message']}")
        return found

    return ask


@pytest.fixture(scope="session")
def published(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the demo desk publishes, with one of everything beside it that the demo has none of."""
    files = override_settings(FACTDESK_FILES=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files, desks.demo():
        a_full_desk()
        cache.clear()  # what other tests told us counts against nobody here
        return gather()
