"""A desk that runs, on SQLite, with several processes and threads: what the document says works, and races have one winner."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings

DOUBLE_SENDS = int(os.environ.get("DOUBLE_SENDS", "25"))
RACES = int(os.environ.get("RACES", "10"))
DOCUMENT = settings.ROOT / "docs" / "api-writing.md"
MAKING = """
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from claims.models import Token
for role in ("reporter", "chief"):
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    scopes = ["read-unpublished", "record", "propose", *(["approve"] if role == "chief" else [])]
    ends = timezone.now() + timedelta(days=1)
    print(Token.objects.make(by=user, name="A program", scopes=scopes, expires_at=ends)[1])
"""

pytestmark = [pytest.mark.slow, pytest.mark.deep, pytest.mark.xdist_group("alive")]


@dataclass
class Alive:
    address: str
    tokens: list[str]
    folder: Path

    def client(self, token=0) -> Any:
        return httpx2.Client(
            base_url=f"{self.address}/api/v1/desk/",
            headers={"Authorization": f"Bearer {self.tokens[token]}"},
            timeout=60,
        )

    def logged(self) -> str:
        return "".join(p.read_text("utf-8", "replace") for p in self.folder.glob("*.log"))


@pytest.fixture(scope="module")
def alive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alive")
    kept = {n: v for n, v in os.environ.items() if not n.startswith("FACTDESK_") and n != "DJANGO_SETTINGS_MODULE"}
    env = kept | {
        "DATABASE_URL": f"sqlite:///{folder / 'desk.sqlite3'}",
        "FACTDESK_FILES": str(folder / "files"),
        "SECRET_KEY": "of a desk that lives for a minute",
        "DEBUG": "1",
        "FACTDESK_API_PER_TOKEN": "0",
    }
    run = [sys.executable, "manage.py"]
    subprocess.run([*run, "migrate", "--verbosity", "0"], env=env, cwd=settings.ROOT, check=True)
    made = subprocess.run(
        [*run, "shell", "-v", "0", "-c", MAKING], env=env, cwd=settings.ROOT, check=True, capture_output=True
    )
    tokens = re.findall(r"fdk_\S+", made.stdout.decode())
    log = (folder / "server.log").open("wb")
    command = ["-m", "gunicorn", "factdesk.wsgi", "-b", "127.0.0.1:0", "--workers", "2", "--threads", "4"]
    command += ["--access-logfile", "-", "--log-level", "debug"]
    server = subprocess.Popen([sys.executable, *command], env=env, cwd=settings.ROOT, stdout=log, stderr=log)
    try:
        yield Alive(_address(folder / "server.log"), tokens, folder)
    finally:
        server.terminate()
        server.wait(30)


def _address(log: Path) -> str:
    """Where it listens, once it answers."""
    for _ in range(300):
        found = re.search(r"Listening at: (http://127\.0\.0\.1:[0-9]+)", log.read_text("utf-8", "replace"))
        if found:
            try:
                httpx2.get(f"{found[1]}/robots.txt", timeout=30)
                return found[1]
            except httpx2.HTTPError:
                pass
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace"))


def test_the_examples_of_the_document_work(alive, tmp_path):
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 6
    env = {"PATH": os.environ["PATH"], "DESK": alive.address, "TOKEN": alive.tokens[0], "SECOND": alive.tokens[1]}
    script = "set -euo pipefail\n" + "\n".join(blocks)
    done = subprocess.run(["bash", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"state":"approved"' in done.stdout and "Did you mean statement?" in done.stdout
    shown = httpx2.get(f"{alive.address}/api/v1/claims/").json()["results"]
    assert shown[0]["statement"] == "The bridge was never inspected."


def test_what_is_sent_twice_at_the_same_moment_is_done_once(alive):
    """On SQLite the one writer waits for the other, and finds what it did."""
    clients = [alive.client(), alive.client()]
    names = [f"Twice {n}" for n in range(DOUBLE_SENDS)]

    def send(client, name):
        for _ in range(50):
            answer = client.post("subjects/", json={"name": name, "kind": "person"}, headers={"Idempotency-Key": name})
            if answer.status_code != 409:
                return answer
            time.sleep(0.05)
        raise AssertionError(answer.text)

    with ThreadPoolExecutor(2) as pool:
        for name in names:
            one, two = pool.map(send, clients, [name, name])
            assert one.status_code == two.status_code == 201 and one.json()["key"] == two.json()["key"]
            assert sorted(a.headers.get("Idempotency-Replayed", "") for a in (one, two)) == ["", "true"]
    there, page = [], "subjects/"
    while page:
        found = clients[0].get(page).json()
        there += [row["name"] for row in found["results"] if row["name"].startswith("Twice")]
        page = found["next"]
    print(f"{DOUBLE_SENDS} double sends, {len(there)} rows")
    assert sorted(there) == sorted(names)


def test_of_two_who_write_at_the_same_moment_one_has_moved_on(alive):
    clients = [alive.client(), alive.client(1)]
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for n in range(RACES):
            made = clients[0].post("claims/", json={"statement": f"Race {n}."})
            sent = [{"statement": f"Race {n}, said by {who}."} for who in (0, 1)]
            seen = {"If-Match": made.headers["ETag"]}
            address = made.json()["url"]
            both = pool.map(lambda c, b: c.post(f"{address}reword/", json=b, headers=seen), clients, sent)  # noqa: B023
            outcomes.append(sorted(a.status_code for a in both))
    print(f"{RACES} races, {outcomes.count([200, 412])} with one success and one 412")
    assert outcomes == [[200, 412]] * RACES


def test_no_log_holds_a_token(alive):
    sent = alive.client()
    for address in ("claims/", "claims/FD-0000000000/", "claims/?q=words"):
        sent.get(address)
    sent.post("claims/", content=b"{")
    said = alive.logged()
    assert "/api/v1/desk/claims/" in said
    assert not [token for token in alive.tokens if token[12:] in said]
