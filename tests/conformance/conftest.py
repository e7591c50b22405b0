"""Strangers' validators, and what they judge: what the demo desk publishes.

The validators are npm's (`npm ci --prefix tests/conformance`), and one needs Java. Where they are not installed, their tests are
skipped; with FACTDESK_JUDGES set, as in CI, they fail instead.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
VNU = MODULES / "vnu-jar/build/dist/vnu.jar"
INSTALL = "npm ci --prefix tests/conformance"


def _needed(program: str, package: str) -> None:
    missing = [
        f"{what}: {how}"
        for there, what, how in (
            (shutil.which(program), program, "install it"),
            ((MODULES / package).exists(), package, INSTALL),
        )
        if not there
    ]
    if missing:
        told = f"A judge is missing ({'; '.join(missing)})"
        pytest.fail(told) if os.environ.get("FACTDESK_JUDGES") else pytest.skip(told)


@pytest.fixture(scope="session")
def judged():
    """What a judge finds in each document: `judged("pages.mjs", {name: text})` is {name: [finding, …]}."""

    def ask(script: str, documents: dict):
        _needed("node", "edtf")
        said = subprocess.run(
            ["node", HERE / script], input=json.dumps(documents), capture_output=True, encoding="utf-8", timeout=120
        )
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)

    return ask


@pytest.fixture(scope="session")
def nu(tmp_path_factory):
    """What the Nu Html Checker says against each page, as {name: [message, …]}."""

    def ask(pages: dict[str, bytes]):
        _needed("java", "vnu-jar")
        folder = tmp_path_factory.mktemp("pages")
        names = list(pages)
        for number, name in enumerate(names):
            (folder / f"{number}.html").write_bytes(pages[name])
        said = subprocess.run(
            ["java", "-Xss4m", "-jar", VNU, "--format", "json", "--exit-zero-always", "--stdout", folder],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        found = {name: [] for name in names}
        for message in json.loads(said.stdout)["messages"]:
            number = int(Path(message["url"]).stem)
            found[names[number]].append(f"{message.get('subType', message['type'])}: {message['message']}")
        return found

    return ask
