"""What was recorded in error ends: once, by two people where readers see it, and the past goes on saying it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from claims import interchange
from claims.auditing import audit
from claims.models import Claim, Proposal, Subject
from sources.forms import KeyField
from sources.models import Change

from ..making import (
    assess,
    empty_the_desk,
    everything_said,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_subject,
    supports,
    two,
)

pytestmark = pytest.mark.django_db
WHY = "We took one bridge for another."


@dataclass
class Kind:
    """Something that is said of a thing and may end."""

    made: Callable[[bool], dict[str, Any]]  # with what it is about, which readers see or not
    say: Callable[..., Any]
    end: Callable[..., Any]
    rows: Callable[[dict], Any]
    page: Callable[[dict], str]  # which says it to readers
    words: str
    admin: str  # where an editor ends it
    typed: Callable[[dict], dict[str, Any]]


def a_claim(shown):
    return make_claim("The bridge was never inspected.") if shown else make_draft("The bridge was never inspected.")


KINDS = {
    "relation": Kind(
        lambda shown: {"thing": a_claim(shown), "other": make_claim("The bridge was inspected.")},
        lambda has, **by: now(has).relate(has["other"], "contradicts", **by),
        lambda has, **by: now(has).end_relation(has["other"], "contradicts", **by),
        lambda has: has["thing"].relations,
        lambda has: has["thing"].get_absolute_url(),
        "This claim contradicts:",
        "claim_end_relation",
        lambda has: {"which": f"contradicts {has['other'].pk}"},
    ),
}


def two_articles(shown):
    """Two that say the same; the first is what it is about."""
    claim = a_claim(shown)
    first, second = claim.appearances.get().passage, make_passage()
    claim.appear(second, "asserts", **two())
    return {"thing": second.capture.source.origin, "upstream": first.capture.source.origin, "claim": claim}


KINDS["descent"] = Kind(
    two_articles,
    lambda has, **by: now(has).descend(has["upstream"], "republishes", **by),
    lambda has, **by: now(has).end_descent(has["upstream"], "republishes", **by),
    lambda has: has["thing"].upstreams,
    lambda has: has["claim"].get_absolute_url(),
    "2 appearances, 1 origin",
    "origin_end_descent",
    lambda has: {"which": f"republishes {has['upstream'].pk}"},
)


def a_subject(shown):
    subject = make_subject("The bureau of roads")
    (make_claim if shown else make_draft)(subjects=[subject])
    return {"thing": subject}


KINDS["name"] = Kind(
    a_subject,
    lambda has, **by: now(has).also_called("橋梁局", "ja", **by),
    lambda has, **by: now(has).end_name("橋梁局", "ja", **by),
    lambda has: has["thing"].names,
    lambda has: has["thing"].get_absolute_url(),
    "橋梁局",
    "subject_end_name",
    lambda has: {"which": "ja 橋梁局"},
)


def a_text(shown):
    capture = a_claim(shown).appearances.get().passage.capture
    return {"thing": capture, "source": capture.source}


KINDS["region"] = Kind(
    a_text,
    lambda has, **by: now(has).mark("furniture", 0, 10, **by),
    lambda has, **by: now(has).end_region("furniture", 0, 10, **by),
    lambda has: has["thing"].regions,
    lambda has: has["source"].get_absolute_url(),
    "0 – 10: page furniture",
    "capture_end_region",
    lambda has: {"which": "furniture 0 10"},
)


KINDS["subject"] = Kind(
    lambda shown: {"thing": a_claim(shown), "subject": make_subject("The bureau of roads")},
    lambda has, **by: now(has).add_subject(has["subject"], **by),
    lambda has, **by: now(has).end_subject(has["subject"], **by),
    lambda has: has["thing"].about,
    lambda has: has["thing"].get_absolute_url(),
    "The bureau of roads",
    "claim_end_subject",
    lambda has: {"which": has["subject"].pk},
)


def now(has):
    return type(has["thing"]).objects.get(pk=has["thing"].pk)


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def said(kind, *, shown=True):
    """What it is about, where it stands."""
    has = kind.made(shown)
    kind.say(has, **two())
    return has


def test_what_readers_see_ends_by_two_with_a_reason(kind):
    has = said(kind)
    with pytest.raises(ValidationError, match="another editor must approve"):
        kind.end(has, by=make_editor(), because=WHY)
    with pytest.raises(ValidationError, match="why it does not stand"):
        kind.end(has, because="  ", **two())
    assert kind.rows(has).live().count() == 1
    kind.end(has, because=WHY, **two())
    ended = kind.rows(has).get().until
    assert not kind.rows(has).live().exists()
    assert (ended.verb, ended.note, ended.approval, ended.public_number is not None) == ("close", WHY, "second", True)
    assert list(audit()) == []


def test_what_no_reader_sees_ends_by_one(kind):
    has = said(kind, shown=False)
    kind.end(has, by=make_reporter(), because=WHY)
    assert not kind.rows(has).live().exists() and kind.rows(has).get().until.public_number is None
    assert list(audit()) == []


def test_who_may_not_record_ends_nothing(kind):
    has = said(kind)
    with pytest.raises(PermissionDenied):
        kind.end(has, by=User.objects.create_user("somebody"), because=WHY)


def test_what_ended_does_not_end_again_and_may_be_said_again(kind):
    has = said(kind)
    kind.end(has, because=WHY, **two())
    with pytest.raises(ValidationError):
        kind.end(has, because=WHY, **two())
    kind.say(has, **two())
    kind.end(has, because="Still not so.", **two())
    assert kind.rows(has).count() == 2 and not kind.rows(has).live().exists()
    assert list(audit()) == []


def test_the_past_goes_on_saying_it(kind, client):
    has = said(kind)
    stood = Change.objects.latest("id").recorded_at.isoformat()
    before = client.get(kind.page(has)).content.decode()
    kind.end(has, because=WHY, **two())
    assert kind.words in before
    assert kind.words not in client.get(kind.page(has)).content.decode()
    assert kind.words in client.get(f"{kind.page(has)}?as_of={quote(stood)}").content.decode()


def test_a_dump_keeps_how_often_it_was_said_and_ended(kind):
    has = said(kind)
    for _ in range(2):
        kind.end(has, because=WHY, **two())
        kind.say(has, **two())
    lines, told = list(interchange.dump()), everything_said()
    assert interchange.load(lines).total == 0
    empty_the_desk()
    interchange.load(lines)
    assert everything_said() == told and list(interchange.dump()) == lines


def send(client, kind, has, **typed):
    """What an editor sends at the page on which it ends."""
    page = reverse(f"admin:{kind.admin}", args=[has["thing"].pk])
    shown = client.get(page)
    seen = shown.context["seen"]
    if isinstance(has["thing"], Claim):
        typed |= dict(zip(("seen_wording", "seen_assessment"), (n or "" for n in seen), strict=True))
    elif seen:
        typed |= {"seen": seen}
    return shown.content.decode(), client.post(page, {"because": WHY} | kind.typed(has) | typed)


def test_an_editor_ends_it_in_the_admin_and_a_second_approves(kind, client):
    has, editor = said(kind), make_editor()
    client.force_login(make_reporter())
    form, answer = send(client, kind, has)
    assert answer.status_code == 302 and "Send to a second editor" in form
    assert kind.rows(has).live().exists()
    client.force_login(editor)
    proposal = Proposal.objects.waiting().get()
    review = client.get(reverse("admin:claims_proposal_change", args=[proposal.pk])).content.decode()
    assert WHY in review and "no longer" in review
    assert client.post(reverse("admin:proposal_approve", args=[proposal.pk])).status_code == 302
    assert not kind.rows(has).live().exists()
    proposal.refresh_from_db()
    assert proposal.change == kind.rows(has).get().until


def test_an_end_that_was_sent_back_is_written_anew(kind, client):
    has, reporter = said(kind), make_reporter()
    client.force_login(reporter)
    send(client, kind, has)
    proposal = Proposal.objects.waiting().get()
    proposal.send_back(by=make_editor(), reply="Which bridge?")
    page = f"{reverse(f'admin:{kind.admin}', args=[has['thing'].pk])}?revise={proposal.key}"
    form = client.get(page).content.decode()
    assert WHY in form and "checked" in form


def test_an_editor_ends_at_once_what_no_reader_sees(kind, client):
    has = said(kind, shown=False)
    client.force_login(make_reporter())
    assert send(client, kind, has)[1].status_code == 302
    assert not kind.rows(has).live().exists() and not Proposal.objects.waiting().exists()


def test_its_page_leads_to_where_it_ends(kind, client):
    has = said(kind)
    thing = has["thing"]
    client.force_login(make_chief())
    page = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
    link = reverse(f"admin:{kind.admin}", args=[thing.pk])
    assert link in client.get(page).content.decode()
    kind.end(has, because=WHY, **two())
    assert link not in client.get(page).content.decode()


# -- what is one kind's own


def test_the_history_says_that_a_relation_ended_and_why(client):
    kind = KINDS["relation"]
    has = said(kind)
    kind.end(has, because=WHY, **two())
    page = client.get(kind.page(has)).content.decode()
    assert "A relation to another claim ended" in page and WHY in page
    client.force_login(make_editor())
    ledger = client.get(reverse("admin:claim_history", args=[has["thing"].pk])).content.decode()
    assert WHY in ledger and f"<del>Contradicts {has['other'].key}</del>" in ledger


def test_an_end_that_waits_is_proposed_by_nobody_else_for_another_reason(kind, client):
    """Once the first is approved, the second would end what was said again, for a reason of before."""
    has = said(kind)
    for why, status in (("Another bridge.", 302), ("No bridge.", 422)):
        client.force_login(make_reporter())
        assert send(client, kind, has, because=why)[1].status_code == status
    assert Proposal.objects.waiting().get().body["because"] == "Another bridge."


@pytest.mark.parametrize("kind", ["relation", "subject"])
def test_what_changed_between_two_versions_tells_what_came_and_what_ended(kind, client):
    has = KINDS[kind].made(True)
    KINDS[kind].say(has, **two())
    KINDS[kind].end(has, because=WHY, **two())
    claim = now(has)
    last = claim.standings.latest("number").number
    came, went = (
        client.get(reverse("claim-diff", args=[claim.key, n - 1, n])).content.decode() for n in (last - 1, last)
    )
    words = {"relation": "The bridge was inspected.", "subject": has.get("subject")}[kind]
    assert f"{words}</span></ins>" in came and f"{words}</span></del>" in went
    assert "<del>" not in came and "<ins>" not in went


@pytest.mark.parametrize("name", KINDS)
def test_who_says_why_is_told_where_readers_see_it(client, name):
    has = said(KINDS[name])
    client.force_login(make_reporter())
    page = client.get(reverse(f"admin:{KINDS[name].admin}", args=[has["thing"].pk])).content.decode()
    assert ("Who reads the claim reads it there" in page) == (name in {"relation", "subject"})


def test_that_one_claim_took_in_another_is_ended_by_nobody():
    into, gone = make_claim(), make_claim("The bridge was not looked at.")
    gone.merge(into, because="The same.", **two())
    into.refresh_from_db()
    with pytest.raises(ValidationError, match="absorbs is not how"):
        into.end_relation(gone, "absorbs", because=WHY, **two())


def test_the_other_claim_says_it_no_more(client):
    kind = KINDS["relation"]
    has = said(kind)
    kind.end(has, because=WHY, **two())
    page = client.get(has["other"].get_absolute_url()).content.decode()
    assert "Contradicts this claim:" not in page


def test_evidence_that_was_thought_to_be_a_reprint_verifies_once_that_ended():
    """Rule 4 asks where the evidence comes from as it is known now."""
    claim, evidence = make_claim(), make_passage()
    upstream, origin = (p.capture.source.origin for p in (claim.appearances.get().passage, evidence))
    origin.descend(upstream, "republishes", by=make_reporter())
    with pytest.raises(ValidationError, match="both go back to"):
        assess(claim, "verified", citing=[supports(evidence)])
    origin.end_descent(upstream, "republishes", because=WHY, by=make_reporter())
    assess(claim, "verified", citing=[supports(evidence)])
    assert claim.status == "verified" and list(audit()) == []


def test_two_names_of_one_origin_are_two_again_for_readers_of_either():
    """What ends may stand at the other end of what readers see."""
    claim, other = make_claim(), make_origin()
    shown = claim.appearances.get().passage.capture.source.origin
    other.descend(shown, "same", **two())
    with pytest.raises(ValidationError, match="another editor must approve"):
        other.end_descent(shown, "same", because=WHY, by=make_editor())


def test_nothing_is_found_by_a_name_that_ended(client):
    kind = KINDS["name"]
    has = said(kind)
    stood = quote(Change.objects.latest("id").recorded_at.isoformat())
    claim = has["thing"].claims.get()
    editors = [
        Claim.objects.found("橋梁局", by_editors=True),
        KeyField(Subject.objects.all(), by=("name", "names__text")),
    ]
    assert claim.key in client.get("/claims/?q=橋梁局").content.decode()
    assert list(editors[0]) == [claim] and editors[1].clean("橋梁局") == has["thing"]
    kind.end(has, because=WHY, **two())
    assert claim.key not in client.get("/claims/?q=橋梁局").content.decode()
    assert claim.key in client.get(f"/claims/?q=橋梁局&as_of={stood}").content.decode()
    assert not editors[0].all().exists()
    with pytest.raises(ValidationError, match="There is no subject"):
        editors[1].clean("橋梁局")


def test_a_page_on_which_a_name_still_stood_is_stale():
    kind = KINDS["name"]
    has = said(kind, shown=False)
    seen = now(has).seen
    kind.end(has, because=WHY, by=make_reporter())
    with pytest.raises(ValidationError, match="has moved on"):
        now(has).edit(name="Another", by=make_reporter(), seen=seen)


def test_names_that_were_redacted_and_ended_load_as_such():
    kind = KINDS["name"]
    has = said(kind)
    now(has).also_called("橋梁局 II", "ja", **two())
    kind.end(has, because=WHY, **two())
    claim = has["thing"].claims.get()
    claim.redact("橋梁局", by=make_chief(), approved_by=make_editor(), because="A court ordered it.")
    assert [n.text for n in kind.rows(has).all()] == ["", ""]
    lines, told = list(interchange.dump()), everything_said()["Name"]
    empty_the_desk()
    interchange.load(lines)
    assert everything_said()["Name"] == told and list(interchange.dump()) == lines


def test_a_subject_has_a_further_version_when_a_name_ended(client):
    kind = KINDS["name"]
    has = said(kind)
    address = f"/api/v1/subjects/{has['thing'].key}/"
    before = client.get(address).json()
    kind.end(has, because=WHY, **two())
    after = client.get(address).json()
    assert before["names"] and not after["names"] and after["version"] == before["version"] + 1


def test_a_claim_is_told_to_be_about_one_more_by_two_and_once(client):
    claim, subject = make_claim(), make_subject("The bureau of roads")
    with pytest.raises(ValidationError, match="another editor must approve"):
        claim.add_subject(subject, by=make_editor())
    client.force_login(make_reporter())
    page = reverse("admin:claim_add_subject", args=[claim.pk])
    seen = zip(("seen_wording", "seen_assessment"), (n or "" for n in client.get(page).context["seen"]), strict=True)
    assert client.post(page, dict(seen) | {"subject": "the bureau of roads"}).status_code == 302
    client.force_login(make_editor())
    proposal = Proposal.objects.waiting().get()
    review = client.get(reverse("admin:claims_proposal_change", args=[proposal.pk])).content.decode()
    assert "It is about <a" in review and "The bureau of roads" in review
    proposal.approve(by=make_editor())
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "A subject added" in page and "The bureau of roads" in page
    assert claim.key in client.get("/claims/?q=bureau").content.decode()
    claim = Claim.objects.get(pk=claim.pk)
    with pytest.raises(ValidationError, match="already"):
        claim.add_subject(subject, **two())
    claim.end_subject(subject, because=WHY, **two())
    assert "A subject taken off" in client.get(claim.get_absolute_url()).content.decode()
    assert claim.key not in client.get("/claims/?q=bureau").content.decode()


@pytest.mark.parametrize("merged", [False, True])
def test_whom_readers_see_in_the_past_alone_is_no_one_editors(client, merged):
    """Else one alone would show there, by name, a private person whom the claim was said in error to be about."""
    person = make_subject("A. Person", kind="person", private_person=True)
    claim = make_claim(subjects=[person])
    stood = quote(Change.objects.latest("id").recorded_at.isoformat())
    claim.end_subject(person, because=WHY, **two())
    if merged:
        claim.merge(make_claim("The bridge was not looked at."), because="The same.", **two())
    page = f"{person.get_absolute_url()}?as_of={stood}"
    assert client.get(page).status_code == 404
    with pytest.raises(ValidationError, match="another editor must approve"):
        person.edit(private_person=False, by=make_editor())
    person.refresh_from_db()
    person.edit(private_person=False, **two())
    assert client.get(page).status_code == 200


def test_whom_a_draft_was_about_and_is_no_more_one_editor_edits():
    subject = make_subject()
    claim = make_draft(subjects=[subject])
    claim.end_subject(subject, because=WHY, by=make_reporter())
    claim.publish(**two())
    subject.edit(name="Another", by=make_reporter())
    assert Change.objects.latest("id").public_number is None
