"""Hundreds of events on a bad day: connections break, answers get lost, redirects and silence, and the workers are killed."""

import contextlib
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks.webhooks import Webhook

pytestmark = [pytest.mark.deep, pytest.mark.slow]
EVENTS = int(os.environ.get("EVENTS", "200"))  # by fifties: more finds more
KILLS = max(2, EVENTS * 6 // 2000)

# A desk of its own, on a disk: what is killed here is a real process, with what it had in hand.
BEGIN = """
from claims.models import Endpoint
from making import make_chief, make_claim
make_claim("The bridge stood.")
endpoint = Endpoint.objects.add(by=make_chief(), url="{url}")
print(endpoint.secrets()[0])
"""
# Most are bare entries of the ledger, which is what is read; some are findings. Beside them, what must not be told.
RECORD = """
from itertools import count
from django.db import transaction
from claims.models import Claim
from sources.models import Source
from sources.recording import record
import making
from making import assess, make_draft, make_passage, two
making._number = count(1000)
people, source = two(), Source.objects.public().get()
for n in range({events} // 50):
    for part in range(7):
        with transaction.atomic():
            for _ in range(7):
                record("edit", "source", source.key, public=True, **people)
    claim = Claim.objects.public().get()
    assess(claim, ("disputed", "unverified")[n % 2], code="new_evidence" if claim.assessment_id else "first")
    if n % 8 == 0:
        make_draft(f"canary {{n}}", passage=make_passage("canary", title=f"canary {{n}}"))
    try:
        with transaction.atomic():
            record("edit", "source", source.key, public=True, **people)
            raise RuntimeError  # it never was
    except RuntimeError:
        pass
"""
# The worker's own round, with shorter waits: nobody has three days here.
WORK = """
from datetime import timedelta
from django.db import OperationalError
from claims import webhooks
from claims.telling import tell
webhooks.WAITS, webhooks.LEASE = [timedelta(seconds=0.3)] * 200, timedelta(seconds=8)
webhooks.SECONDS, webhooks.TIRED = 3, 50
while True:
    try:
        while tell():
            pass
        for delivery in webhooks.deliver(limit=200):
            pass
    except OperationalError:  # as the command: what was taken is due again
        pass
"""
LEFT = """
import json
from claims.models import Claim, Delivery, Message
from sources.models import Change
drafts = list(Claim.objects.filter(public=False).values_list("key", flat=True))
print(json.dumps({
    "waiting": Delivery.objects.filter(state="waiting").count(),
    "messages": dict(Message.objects.values_list("key", "payload")),
    "public": list(Change.objects.filter(public_number__gt=1, kind__in=["claim", "source"]).values_list("public_number", flat=True)),
    "drafts": drafts,
}))
"""


class BadDay(BaseHTTPRequestHandler):
    """Answers as machines do when it counts."""

    def do_GET(self):
        self.server.followed.append(self.path)
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        luck = self.server.random.random()
        if luck < 0.06:
            return self._reset()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if luck < 0.12:
            self.server.lost += 1  # it was taken, and nobody hears of it
            return self._reset()
        if luck < 0.122:
            time.sleep(4)
            return self._reset()
        status = {12: 302, 13: 500, 14: 503, 15: 308}.get(int(luck * 100), 200)
        if status == 200:
            self.server.got.append((dict(self.headers), body))
        self.send_response(status)
        self.send_header("Location", "/followed")
        self.end_headers()

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError):  # a worker was killed in the middle, or we closed it ourselves
            self.close_connection = True

    def finish(self):
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *args):
        pass


@pytest.fixture
def bad_day():
    server = ThreadingHTTPServer(("127.0.0.1", 0), BadDay)
    server.got, server.followed, server.lost, server.random = [], [], 0, random.Random(6)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.shutdown()


def test_every_event_arrives_and_no_draft_does(bad_day, tmp_path, settings):
    env = {
        "SECRET_KEY": "k" * 50,
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'storm.sqlite3'}",
        "FACTDESK_FILES": str(tmp_path / "files"),
        "FACTDESK_FETCH_ALSO": f"127.0.0.1:{bad_day.server_port}",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.ROOT / "tests"),
    }

    def start(*call, **kwargs):
        command = [sys.executable, "manage.py", *call]
        return subprocess.Popen(command, env=env, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True, **kwargs)

    def said(*call):
        process = start(*call)
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        return out

    def left():
        return json.loads(said("shell", "-v", "0", "-c", LEFT))

    said("migrate", "--verbosity", "0")
    secret = said("shell", "-v", "0", "-c", BEGIN.format(url=f"http://127.0.0.1:{bad_day.server_port}/hook")).strip()
    recording = start("shell", "-v", "0", "-c", RECORD.format(events=EVENTS))
    workers, killed, chance = [], 0, random.Random(7)
    deadline = time.monotonic() + 300 + EVENTS
    try:
        while time.monotonic() < deadline:
            workers = [worker for worker in workers if worker.poll() is None]
            while len(workers) < 2:
                workers.append(start("shell", "-v", "0", "-c", WORK, stderr=subprocess.DEVNULL))
            got = len(bad_day.got)
            if killed < KILLS and got >= EVENTS * (killed + 1) // (KILLS + 2):
                worker = workers.pop(chance.randrange(2))
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                killed += 1
            elif killed == KILLS and recording.poll() is not None and got >= EVENTS and not left()["waiting"]:
                break
            time.sleep(0.05)
    finally:
        for process in (*workers, recording):
            process.kill()
            process.wait()
    end = left()
    ids = [headers["webhook-id"] for headers, _ in bad_day.got]
    bodies = {headers["webhook-id"]: body.decode() for headers, body in bad_day.got}
    told = {json.loads(body)["data"]["change"] for body in bodies.values()}
    print(
        f"{len(end['messages'])} events, {len(ids)} deliveries, {len(ids) - len(set(ids))} twice, {bad_day.lost} answers lost, "
        f"{killed} workers killed, missing {len(set(end['messages']) - set(ids))}"
    )
    assert recording.returncode == 0 and killed == KILLS
    assert len(end["public"]) == len(end["messages"]) == EVENTS and set(end["public"]) == told
    assert bodies == end["messages"]
    assert bad_day.followed == [] and bad_day.lost > EVENTS / 50
    assert not any("canary" in body or key in body for body in bodies.values() for key in end["drafts"])
    for headers, body in bad_day.got:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert headers["webhook-signature"] == Webhook(secret).sign(headers["webhook-id"], at, body.decode())
