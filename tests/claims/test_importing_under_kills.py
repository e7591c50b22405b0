"""An import whose process is killed again and again: nothing twice, nothing missing, nothing seen by readers.

`IMPORT_ROWS` and `IMPORT_KILLS` say how large it is and how often.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

ROWS, KILLS = (int(os.environ.get(name, few)) for name, few in (("IMPORT_ROWS", 120), ("IMPORT_KILLS", 3)))
PREPARE = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user("rita", is_staff=True)
user.groups.add(Group.objects.get(name="reporter"))
"""
LOOK = """
from django.db.models import Count
from django.test import Client
from claims.models import Appearance, Claim, Import, Imported, Wording
def count(rows): return rows.count()
said = Wording.objects.values("statement").annotate(n=Count("pk")).filter(n__gt=1)
print(count(Claim.objects), count(Imported.objects), count(Appearance.objects), count(said))
anybody = Client(headers={"host": "localhost"})
found = [anybody.get(a) for a in ("/claims/", "/claims/list.jsonl", "/api/v1/claims/", "/changes/", "/sources/", "/sitemap.xml")]
print(sum((b"".join(f.streaming_content) if f.streaming else f.content).count(b"Bridge") for f in found))
"""


@pytest.mark.deep
def test_an_import_that_is_killed_does_all_of_it_once(tmp_path, settings):
    path, table = tmp_path / "desk.sqlite3", tmp_path / "claims.csv"
    lines = (
        f"Bridge {n} was never inspected.,“Nobody looked at bridge {n}.”,Clerk {n % 50},Report {n % 97},"
        f"https://news.example/{n % 97},2023-{n % 12 + 1:02},{n}"
        for n in range(ROWS)
    )
    table.write_text("\n".join(["claim,quotation,speaker,source title,link,published,id", *lines]), "utf-8")
    env = {"SECRET_KEY": "k" * 50, "DEBUG": "1", "DATABASE_URL": f"sqlite:///{path}", "PATH": ""}
    manage = [sys.executable, str(settings.ROOT / "manage.py")]

    def run(*call):
        return subprocess.run([*manage, *call], env=env, check=True, capture_output=True, text=True).stdout

    def done():
        with closing(sqlite3.connect(path, timeout=60)) as desk:
            return desk.execute("SELECT count(*) FROM claims_imported").fetchone()[0]

    def forget_the_lease():
        """What two minutes of waiting do."""
        with closing(sqlite3.connect(path, timeout=60)) as desk, desk:
            desk.execute("UPDATE claims_import SET next_at = '2026-01-01 00:00:00'")

    run("migrate", "--verbosity", "0")
    run("shell", "-c", PREPARE)
    call = [*manage, "import", str(table), "--by", "rita"]
    for kill in range(1, KILLS + 1):
        process = subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and done() < ROWS * kill / (KILLS + 1):
            time.sleep(0.02)
        assert process.poll() is None, "It was done before it could be killed"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert done() < ROWS
        assert run("shell", "-c", LOOK).split()[-1] == "0"
        forget_the_lease()
    run("import", str(table), "--by", "rita")
    assert run("shell", "-c", LOOK).split()[-5:] == [str(ROWS)] * 3 + ["0", "0"]
    assert "The record is whole" in run("audit")
    assert f"{ROWS} unchanged" in run("import", str(table), "--by", "rita", "--plan")
