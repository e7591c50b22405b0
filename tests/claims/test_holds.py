"""A hold keeps a claim from its readers and from being withdrawn; an embargo ends by itself, once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from claims.auditing import audit
from claims.lifting import lift_embargoes
from claims.models import Claim, Corrected, Hold
from sources import keeping
from sources.models import Change

from ..making import assess, make_chief, make_claim, make_draft, make_editor, make_passage, make_reporter, two

pytestmark = pytest.mark.django_db
ERROR = Corrected("correction", "We misread it.")


def soon():
    return timezone.now() + timedelta(minutes=5)


def hold(claim, kind="legal", **given):
    given.setdefault("ends_at", soon() if kind == "embargo" else None)
    return claim.hold(kind, **(two() | {"because": "A letter from a lawyer."} | given))


@pytest.mark.parametrize("kind", ["legal", "safety", "embargo"])
def test_a_held_claim_is_not_seen_and_not_withdrawn(client, kind):
    claim, other = make_claim("The bridge stood."), make_claim("Twin.")
    hold(claim, kind)
    for address in ("/", "/claims/", "/api/v1/claims/", "/corrections/", "/sources/", "/subjects/"):
        assert claim.key not in client.get(address).content.decode()
    assert client.get(claim.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/claims/{claim.key}/").status_code == 404
    for refused in (
        lambda: claim.withdraw(**two(), because="Asked to."),
        lambda: claim.merge(other, **two(), because="The same."),
        lambda: other.merge(claim, **two(), because="The same."),
        lambda: claim.redact(
            "The bridge stood",
            by=make_chief(),
            approved_by=make_editor(),
            because="x",
        ),
    ):
        with pytest.raises(ValidationError, match="Lift the hold first"):
            refused()
    claim.lift(kind, **two(), because="Settled.")
    assert client.get(claim.get_absolute_url()).status_code == 200


def test_a_hold_on_what_readers_see_takes_two_or_an_override_whose_reason_stays_private(client):
    claim = make_claim()
    with pytest.raises(ValidationError, match="another editor"):
        claim.hold("legal", by=make_editor(), because="A letter.")
    claim.hold("legal", by=make_chief(), because="A letter from Z.", override="It cannot wait for Z.")
    claim.lift("legal", **two(), because="Z agrees.")
    said = client.get(claim.get_absolute_url()).content.decode()
    assert "Taken from view" in said and "Shown to readers" in said
    for secret in ("A letter from Z.", "It cannot wait for Z.", "Z agrees."):
        assert secret not in said


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kind": "whim"}, "not a kind of hold"),
        ({"because": " "}, "Enter why it is held"),
        ({"kind": "embargo", "ends_at": None}, "when the embargo ends"),
        ({"kind": "embargo", "ends_at": datetime(2020, 1, 1, tzinfo=UTC)}, "has passed"),
        ({"kind": "embargo", "ends_at": datetime(2040, 1, 1)}, "time zone"),
    ],
)
def test_a_hold_says_why_and_until_when(given, sentence):
    claim = make_claim()
    with pytest.raises(ValidationError, match=sentence):
        claim.hold(given.pop("kind", "legal"), **(two() | {"because": "A letter."} | given))
    assert not Hold.objects.exists()


def test_two_holds_are_lifted_one_by_one():
    claim = make_claim()
    hold(claim, "legal")
    hold(claim, "safety")
    with pytest.raises(ValidationError, match="is held for legal reasons already"):
        hold(claim, "legal")
    claim.lift("legal", **two(), because="Settled.")
    assert not Claim.objects.get(pk=claim.pk).public
    claim.lift("safety", **two(), because="She moved.")
    assert Claim.objects.get(pk=claim.pk).public
    with pytest.raises(ValidationError, match="is not held"):
        claim.lift("safety", **two(), because="Again.")


def test_a_hold_on_a_draft_keeps_it_from_being_published():
    claim = make_draft()
    claim.hold("legal", by=make_reporter(), because="A letter.")
    with pytest.raises(ValidationError, match="Lift the hold first"):
        claim.publish(**two())
    claim.lift("legal", by=make_reporter(), because="Settled.")
    claim.publish(**two())
    assert claim.public


def test_a_claim_under_an_embargo_is_published_when_it_ends_and_not_before(client):
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="The report is out at nine.", ends_at=soon())
    claim.publish(**two())
    assert not claim.public and client.get(claim.get_absolute_url()).status_code == 404
    assert list(lift_embargoes()) == []
    publish = Change.objects.get(verb="publish", key=claim.key)
    assert publish.public_number is None
    _pass(claim)
    lifted = list(lift_embargoes())
    assert [c.key for c in lifted] == [claim.key]
    assert list(lift_embargoes()) == []
    act = Change.objects.get(verb="lift", key=claim.key)
    assert (act.via, act.by, act.approved_by, act.approval) == ("worker", publish.by, publish.approved_by, "second")
    assert client.get(claim.get_absolute_url()).status_code == 200


def test_what_readers_see_when_an_embargo_ends_was_seen_by_two(client):
    """Published and not read yet: nobody looks at it again before the worker ends the embargo."""
    claim = make_draft("The bridge fell.")
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    claim.publish(**two())
    editor = make_editor()
    with pytest.raises(ValidationError, match="another editor must approve"):
        claim.reword("Libel", "They let it fall.", by=editor)
    with pytest.raises(ValidationError, match="another editor must approve"):
        claim.appear(make_passage(), "asserts", by=editor)
    client.force_login(editor)
    seen = {"seen_wording": claim.wording_id, "seen_assessment": ""}
    words = {"headline": "H", "statement": "They let it fall."} | seen
    assert client.post(f"/admin/claims/claim/{claim.pk}/reword/", words).status_code == 302
    assert claim.proposals.get().verb == "reword"
    claim.hold("legal", by=editor, because="A letter.")


def test_an_embargo_ends_though_those_who_decided_it_have_gone():
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    chief = make_chief()
    claim.publish(by=chief, override="Nobody else is here.")
    chief.is_active = False
    chief.save()
    _pass(claim)
    assert len(list(lift_embargoes())) == 1
    assert Claim.objects.get(pk=claim.pk).public
    assert Change.objects.get(verb="lift").approval == "override"


def test_an_embargo_on_a_draft_ends_without_showing_it():
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    _pass(claim)
    assert len(list(lift_embargoes())) == 1
    assert not Claim.objects.get(pk=claim.pk).public


def test_what_the_desk_learned_meanwhile_keeps_an_embargoed_claim_hidden():
    """The worker may not show words that have become those of a sensitive claim; the desk is told."""
    passage = make_passage("He is ill and the bridge fell.")
    claim = make_draft(passage=passage)
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    claim.publish(**two())
    secret = Claim.objects.record(by=make_reporter(), statement="He is ill.", sensitivity="health")
    secret.appear(passage.capture.quote(0, 9, by=make_reporter()), "asserts", by=make_reporter())
    _pass(claim)
    assert list(lift_embargoes()) == []
    assert Hold.objects.over().count() == 1 and not Claim.objects.get(pk=claim.pk).public


def test_the_worker_lifts_what_is_due(capsys):
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    claim.publish(**two())
    _pass(claim)
    call_command("work", "--once")
    assert f"{claim.key}: The embargo has ended" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("day", "hour", "fold"),
    [("2026-10-25", 2, 0), ("2026-10-25", 2, 1), ("2027-03-28", 1, 0), ("2027-03-28", 3, 0)],
    ids=["first 02:30", "second 02:30", "before the gap", "after the gap"],
)
def test_an_embargo_ends_once_also_where_clocks_are_changed(monkeypatch, day, hour, fold):
    """A moment is kept in UTC: the hour that comes twice ends an embargo at the one that was meant."""
    ends = datetime.fromisoformat(f"{day}T{hour:02}:30").replace(tzinfo=ZoneInfo("Europe/Paris"), fold=fold)
    claim = make_draft()
    with monkeypatch.context() as before:
        before.setattr("django.utils.timezone.now", lambda: ends - timedelta(days=9))
        claim.hold("embargo", by=make_reporter(), because="Half past.", ends_at=ends)
    claim.publish(**two())
    lifted = []
    for minutes in range(-120, 121, 10):
        with monkeypatch.context() as clock:
            clock.setattr("django.utils.timezone.now", lambda at=minutes: ends.astimezone(UTC) + timedelta(minutes=at))
            lifted += [(minutes, c.key) for c in lift_embargoes()]
    assert lifted == [(0, claim.key)]


def test_no_raw_sql_shows_or_withdraws_a_held_claim():
    claim = make_claim()
    hold(claim)
    for sql in (
        "UPDATE claims_claim SET public = TRUE WHERE id = %s",
        "UPDATE claims_claim SET stage = 'withdrawn' WHERE id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [claim.pk])


def test_a_reporter_alone_holds_nothing_that_readers_see():
    claim = make_claim()
    with pytest.raises((ValidationError, PermissionDenied)):
        claim.hold("legal", by=make_reporter(), because="A letter.", override="Now.")


def test_a_held_claim_is_still_assessed_and_shows_that_when_it_is_back(client):
    claim = make_claim()
    hold(claim)
    assess(claim, "disputed", because="A log denies it.")
    claim.lift("legal", **two(), because="Settled.")
    assert "A log denies it." in client.get(claim.get_absolute_url()).content.decode()


def _pass(claim):
    """Lets the moment pass: the row is what it is, so the day is made to have come."""
    with keeping.lifted():
        Hold.objects.filter(claim=claim).update(ends_at=timezone.now() - timedelta(seconds=1))


def test_what_readers_once_saw_is_changed_in_the_open_while_it_is_held(client):
    """A hold is no cover: other words, another finding and a struck passage are told when it is lifted."""
    claim, second = make_claim("The bridge stood."), make_passage("It stands.")
    claim.appear(second, "reports", **two())
    assess(claim, "disputed")
    hold(claim)
    with pytest.raises(ValidationError, match="another editor"):
        claim.reword("H", "It fell.", by=make_editor(), code="our_error", correcting=ERROR)
    for silent in (
        lambda: claim.reword("H", "It fell.", **two()),
        lambda: claim.strike(second, because="Not there.", **two()),
        lambda: assess(claim, "unverified", code="our_error"),
    ):
        with pytest.raises(ValidationError):
            silent()
    claim.reword("H", "It fell.", code="our_error", correcting=ERROR, **two())
    claim.strike(second, correcting=ERROR, **two())
    assess(claim, "unverified", because="Nobody knows.", code="our_error", correcting=ERROR)
    assert "It fell." not in client.get("/corrections/").content.decode()
    claim.lift("legal", because="Settled.", **two())
    assert claim.corrections.count() == 3
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "Nobody knows." in page and page.count('id="correction-') == 3 and "A passage struck" in page
    assert list(audit()) == []


def test_a_second_hold_is_not_lifted_by_a_proposal_that_was_made_for_the_first():
    claim = make_claim()
    hold(claim)
    late = claim.propose("lift", by=make_reporter(), kind="legal", because="Settled.")
    claim.lift("legal", because="Settled.", **two())
    hold(claim, because="Another letter.")
    with pytest.raises(ValidationError, match="another one stands now"):
        late.approve(by=make_editor())
    assert not Claim.objects.get(pk=claim.pk).public


def test_a_hold_on_what_is_published_is_lifted_by_two():
    claim = make_draft()
    claim.hold("embargo", by=make_reporter(), because="Nine.", ends_at=soon())
    claim.publish(**two())
    with pytest.raises(ValidationError, match="another editor"):
        claim.lift("embargo", by=make_editor(), because="Now.")
    hidden = make_draft(sensitivity="health")
    hidden.publish(**two())
    hidden.hold("legal", by=make_reporter(), because="A letter.")
    with pytest.raises(ValidationError, match="another editor"):
        hidden.lift("legal", by=make_editor(), because="Settled.")


def test_words_of_a_sensitive_claim_that_is_held_again_are_kept_back():
    passage = make_passage("He is ill.")
    claim = make_draft("He is ill.", sensitivity="health", passage=passage)
    claim.publish(**two())
    claim.release(by=make_chief(), approved_by=make_editor(), because="He says so.")
    hold(claim, "safety")
    with pytest.raises(ValidationError, match="sensitive claim"):
        make_claim(passage=passage)
