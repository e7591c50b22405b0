"""What the desk does by itself: an archive is asked for copies while nobody waits, and of two workers one has each errand."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from sources import capturing
from sources.archiving import ask_for_copies
from sources.models import Archiving, Change, Incoming, Source, Watch
from sources.models.errands import GIVE_UP, LEASE

from ..making import make_claim, make_editor, make_reporter, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE = "https://news.example/bridge?id=1"


@pytest.fixture
def archive(outside, settings):
    """An archive that leads to its copies."""
    settings.FACTDESK_ARCHIVE = f"http://127.0.0.1:{outside.server_port}/to?/copy/{{url}}"
    return outside


def bridge(**fields):
    return make_source("The bridge stood.", url=PAGE, **fields)


def ask_now():
    Archiving.objects.filter(next_at__isnull=False).update(next_at=timezone.now())
    return [a.said for a in ask_for_copies(limit=10)]


def test_the_address_of_the_copy_is_entered_by_the_worker_for_the_editor_who_asked(archive):
    source, by = bridge(), make_reporter()
    Archiving.objects.ask(source, by=by)
    assert archive.asked == []  # nobody waits for it
    assert ask_now() == ["The copy is kept"]
    source.refresh_from_db()
    assert (
        source.archived == f"http://127.0.0.1:{archive.server_port}/copy/https%3A%2F%2Fnews.example%2Fbridge%3Fid%3D1"
    )
    change = Change.objects.latest("id")
    assert (change.verb, change.via, change.by, change.key) == ("edit", "worker", by, source.key)
    assert ask_now() == []


def test_an_archive_that_takes_addresses_in_its_path_gets_them_as_they_are(outside, settings):
    settings.FACTDESK_ARCHIVE = f"http://127.0.0.1:{outside.server_port}/save/{{url}}"
    Archiving.objects.ask(bridge(), by=make_reporter())
    assert ask_now() == ["The archive did not say where its copy is"]
    assert outside.asked[-1][0] == f"/save/{PAGE}"


def test_an_archive_that_refuses_is_asked_again_later_and_given_up_in_the_end(outside, settings):
    settings.FACTDESK_ARCHIVE = f"http://127.0.0.1:{outside.server_port}/missing?{{url}}"
    archiving = Archiving.objects.ask(bridge(), by=make_reporter())
    assert ask_now() == ["The archive answered 404"]
    archiving.refresh_from_db()
    assert archiving.next_at > timezone.now() + timedelta(days=1)
    for _ in range(GIVE_UP - 1):
        (said,) = ask_now()
    assert said == f"Given up after {GIVE_UP} tries. The archive answered 404"
    assert ask_now() == []
    Archiving.objects.ask(archiving.source, by=make_editor())  # an editor may ask anew
    assert ask_now() == ["The archive answered 404"]


def test_a_copy_of_what_readers_see_waits_for_two_people(client, archive):
    claim = make_claim(passage=bridge().captures.get().quote(0, 5, by=make_reporter()))
    source = claim.appearances.get().passage.capture.source
    editor = make_editor()
    Archiving.objects.ask(source, by=editor)
    (said,) = ask_now()
    assert said.startswith("The copy is kept. Readers see this source")
    source.refresh_from_db()
    assert source.archived == ""
    client.force_login(editor)
    assert "/copy/https%3A" in client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert "/copy/https%3A" not in client.get(source.get_absolute_url()).content.decode()


def test_no_archive_learns_of_a_confidential_source(archive):
    source = bridge(confidential=True)
    with pytest.raises(ValidationError, match="named to nobody outside"):
        Archiving.objects.ask(source, by=make_reporter())
    later = make_source("The ferry sank.", url="https://news.example/ferry")
    Archiving.objects.ask(later, by=make_reporter())
    later.edit(by=make_reporter(), confidential=True)
    assert ask_now() == ["Not asked for: the source is confidential"]
    assert archive.asked == []


@pytest.mark.parametrize(
    ("fields", "service", "sentence"),
    [
        ({}, "", "asks no archive"),
        ({"url": ""}, "https://a.example/{url}", "has no address"),
        ({"archived": "https://a.example/1"}, "https://a.example/{url}", "an archived copy already"),
    ],
)
def test_what_cannot_be_asked_for_is_a_sentence(settings, fields, service, sentence):
    settings.FACTDESK_ARCHIVE = service
    with pytest.raises(ValidationError, match=sentence):
        Archiving.objects.ask(make_source("A text.", **{"url": PAGE} | fields), by=make_reporter())


def test_a_source_that_became_confidential_since_the_round_began_is_not_named(archive):
    for n in range(2):
        Archiving.objects.ask(make_source(f"Text {n}.", url=f"https://news.example/{n}"), by=make_reporter())
    round_of_work = ask_for_copies(limit=10)
    next(round_of_work)
    second = Archiving.objects.filter(asked_at__isnull=True).get().source
    second.edit(by=make_reporter(), confidential=True)
    assert [a.said for a in round_of_work] == ["Not asked for: the source is confidential"]
    assert len([path for path, _ in archive.asked if path.startswith("/to")]) == 1


def test_an_errand_that_was_asked_for_anew_meanwhile_is_not_overwritten(archive):
    source, one, other = bridge(), make_reporter(), make_editor()
    Archiving.objects.ask(source, by=one)
    running = Archiving.objects.due().get()
    running.take()
    Archiving.objects.ask(source, by=other)
    running.failed("It did not answer")
    kept = Archiving.objects.get()
    assert (kept.by, kept.failures, kept.said) == (other, 0, "") and Archiving.objects.due().exists()


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("at?/copy/1#{url}", "The copy is kept"),
        ("to?{here}/bridge#{url}", "The archive did not say where its copy is"),
        ("bridge#{url}", "The archive did not say where its copy is"),
    ],
)
def test_where_a_copy_is_the_archive_says_and_nobody_guesses(archive, settings, service, said):
    here = f"http://127.0.0.1:{archive.server_port}"
    archive.pages["/bridge"] = "<p>The live page.</p>"
    source = make_source("The bridge stood.", url=f"{here}/bridge")
    settings.FACTDESK_ARCHIVE = f"{here}/{service.replace('{here}', here)}"
    Archiving.objects.ask(source, by=make_reporter())
    assert ask_now() == [said]


@pytest.mark.parametrize(
    "told", ["javascript:alert(1)", "http://user:word@archive.example/1", "https://a.example/" + "x" * 1000]
)
def test_a_copy_at_an_odd_address_is_none(archive, settings, told):
    settings.FACTDESK_ARCHIVE = f"http://127.0.0.1:{archive.server_port}/at?{told}#{{url}}"
    source = bridge()
    Archiving.objects.ask(source, by=make_reporter())
    (said,) = ask_now()
    source.refresh_from_db()
    assert source.archived == "" and not said.startswith("The copy is kept")


def test_what_was_captured_is_asked_for_only_where_the_editor_wants_it(client, archive):
    archive.pages["/bridge"] = f"<p>{'The bridge was never inspected. ' * 9}</p>"
    client.force_login(make_reporter())
    address = f"http://127.0.0.1:{archive.server_port}/bridge"
    for tick in ({}, {"archive": "on"}):
        page = client.post("/admin/sources/capture/add/", {"url": address}).url
        assert client.get(page).context["form"]["archive"].value()
        archive.pages["/bridge"] += "<p>Once more.</p>"
        client.post(page, {"title": "The bridge", "language": "en", "rights": "quote", "url": address} | tick)
    assert Source.objects.count() == 2 and Archiving.objects.count() == 1


def test_an_editor_asks_for_a_copy_on_the_page_of_the_source(client, archive):
    source = bridge()
    client.force_login(make_reporter())
    shown = client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()
    assert reverse("admin:source_archive", args=[source.pk]) in shown
    client.post(reverse("admin:source_archive", args=[source.pk]), {"go": "1"})
    assert Archiving.objects.get().source == source
    assert "Not asked yet" in client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()


def test_of_two_workers_one_has_an_errand_and_a_dead_one_gives_it_back(archive):
    Archiving.objects.ask(bridge(), by=make_reporter())
    one, two = Archiving.objects.due().get(), Archiving.objects.due().get()
    assert (one.take(), two.take()) == (True, False)
    assert not Archiving.objects.due().exists()
    Archiving.objects.update(next_at=timezone.now() - LEASE)
    assert Archiving.objects.due().get().take()


def test_one_round_of_the_worker_does_all_that_is_due(archive, capsys):
    archive.pages["/bridge"] = "<p>The bridge stood.</p>"
    watched = make_source("The bridge stood.", url=f"http://127.0.0.1:{archive.server_port}/bridge")
    Watch.objects.create(source=watched)
    Archiving.objects.ask(bridge(), by=make_reporter())
    left = capturing.paste("Nobody came back for this.", by=make_reporter())
    Incoming.objects.filter(pk=left.pk).update(came_at=timezone.now() - timedelta(days=3))
    call_command("work", "--once", "--pause", "0")
    said = capsys.readouterr().out
    assert f"{watched.key}: Its text has" in said and "The copy is kept" in said
    assert not Incoming.objects.exists()


def test_a_worker_runs_until_it_is_told_to_stop(tmp_path, settings):
    env = {"SECRET_KEY": "k" * 50, "DEBUG": "1", "DATABASE_URL": f"sqlite:///{tmp_path / 'w.sqlite3'}", "PATH": ""}
    call = [sys.executable, str(settings.ROOT / "manage.py")]
    subprocess.run([*call, "migrate", "--verbosity", "0"], env=env, check=True)
    worker = subprocess.Popen([*call, "work"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert worker.stdout.readline() == b"At work, until it is stopped\n"
    worker.send_signal(signal.SIGTERM)
    assert (worker.wait(timeout=10), worker.stderr.read()) == (0, b"")
