"""Rule 5 on the catalogue: what readers see of a source, an outlet, an origin, a subject or a text is changed by two people."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from claims import interchange
from claims.auditing import audit
from claims.models import Claim, Proposal
from sources.models import Change, Clock, Origin, Outlet, Source

from ..making import (
    assess,
    contradicts,
    empty_the_desk,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    two,
)

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def shown_source(**fields):
    source = make_source("They never inspected the bridge. Nobody asked them to.", title="The old title", **fields)
    make_claim(passage=source.captures.get().quote(0, 32, by=make_reporter()))
    source.refresh_from_db()
    return source


def shown_outlet():
    outlet = Outlet.objects.add(by=make_reporter(), name="The Old Name")
    shown_source(outlet=outlet)
    return outlet


def owner_of_a_shown_outlet():
    owner = Outlet.objects.add(by=make_reporter(), name="The Old Name")
    shown_source(outlet=Outlet.objects.add(by=make_reporter(), name="A paper", owner=owner))
    return owner


def upstream_of_a_shown_origin():
    upstream = make_origin("The old name")
    shown_source().origin.descend(upstream, "draws_on", by=make_reporter(), approved_by=make_editor())
    return upstream


def spoken_origin():
    origin = make_origin("The old name", kind="person")
    claim = make_draft(passage=make_passage())
    claim.appear(
        make_passage("He says that it never was."),
        "reports",
        by=make_reporter(),
        speakers=[{"name": "A", "origin": origin}],
    )
    claim.publish(by=make_reporter(), approved_by=make_editor())
    return origin


def shown_subject():
    subject = make_subject("The Old Name")
    make_claim(subjects=[subject])
    return subject


def opened_source():
    """One that was confidential when the claim that rests on it was published."""
    source = make_source("They never inspected the bridge.", title="The old title", confidential=True)
    claim = make_draft(passage=make_passage())
    claim.appear(source.captures.get().quote(0, 4, by=make_reporter()), "asserts", by=make_reporter())
    claim.publish(**two())
    return source.edit(confidential=False, **two())


def upstream_source():
    """One that readers see as that from which another has it."""
    source = make_source(title="The old title")
    shown_source().origin.descend(source.origin, "draws_on", **two())
    return source


ROWS = [
    shown_source,
    opened_source,
    lambda: opened_source().origin,
    lambda: opened_source().outlet,
    upstream_source,
    shown_outlet,
    owner_of_a_shown_outlet,
    upstream_of_a_shown_origin,
    spoken_origin,
    shown_subject,
]


def named(row):
    return "title" if isinstance(row, Source) else "name"


@pytest.mark.parametrize("make", ROWS)
def test_what_readers_see_of_a_row_is_edited_by_two(make):
    row, author = make(), make_reporter()
    with pytest.raises(ValidationError, match="another editor must approve"):
        row.edit(by=author, **{named(row): "New"})
    row.refresh_from_db()
    assert getattr(row, named(row)) != "New"
    proposal = Proposal.objects.act_or_propose(row, "edit", by=author, seen=row.seen, body={named(row): "New"})
    row.refresh_from_db()
    assert getattr(row, named(row)) != "New" and row.proposals.waiting().get() == proposal
    with pytest.raises(ValidationError, match="You proposed this"):
        proposal.approve(by=author)
    second = make_editor()
    proposal.approve(by=second)
    row.refresh_from_db()
    change = Change.objects.latest("id")
    assert getattr(row, named(row)) == "New" and proposal.state == "approved"
    assert (change.verb, change.by, change.approved_by, proposal.change) == ("edit", author, second, change)


def test_what_no_reader_sees_one_editor_edits():
    for row in (make_source(title="Old"), make_origin("Old"), make_subject("Old")):
        done = Proposal.objects.act_or_propose(row, "edit", by=make_reporter(), seen=row.seen, body={named(row): "New"})
        row.refresh_from_db()
        assert done is None and getattr(row, named(row)) == "New" and not Proposal.objects.exists()


def test_a_confidential_source_is_opened_by_two_and_closed_by_two():
    source = make_source("They never inspected the bridge.", confidential=True)
    claim = make_draft(passage=make_passage())
    claim.appear(source.captures.get().quote(0, 4, by=make_reporter()), "asserts", by=make_reporter())
    claim.publish(by=make_reporter(), approved_by=make_editor())
    body = {"confidential": False}
    proposal = Proposal.objects.act_or_propose(source, "edit", by=make_reporter(), seen=source.seen, body=body)
    source.refresh_from_db()
    assert source.confidential
    proposal.approve(by=make_editor())
    source.refresh_from_db()
    assert not source.confidential
    with pytest.raises(ValidationError, match="another editor must approve"):
        source.edit(confidential=True, by=make_reporter())


@pytest.mark.parametrize("confidential", [True, False])
def test_by_which_name_readers_see_from_whom_others_have_it_is_decided_by_two(client, confidential):
    source = upstream_source()
    claim = Claim.objects.get()
    page = f"/claims/{claim.key}/"
    if confidential:
        source.edit(confidential=True, **two())
    before = client.get(page).content
    with pytest.raises(ValidationError, match="another editor must approve"):
        source.edit(by=make_reporter(), confidential=not confidential)
    assert client.get(page).content == before
    source.edit(confidential=not confidential, **two())
    assert client.get(page).content != before


def test_an_origin_that_readers_see_by_name_becomes_no_confidential_source_at_once():
    origin = upstream_of_a_shown_origin()
    fields = {"by": make_reporter(), "origin": origin, "title": "T", "language": "en"}
    with pytest.raises(ValidationError, match="Readers see its origin by name"):
        Source.objects.add(confidential=True, **fields)
    source = Source.objects.add(**fields)
    with pytest.raises(ValidationError, match="another editor must approve"):
        source.edit(by=make_reporter(), confidential=True)


def test_a_descent_that_readers_see_is_told_by_two():
    origin, upstream = shown_source().origin, make_origin("The wire")
    with pytest.raises(ValidationError, match="another editor must approve"):
        origin.descend(upstream, "republishes", by=make_reporter())
    body = {"upstream_id": upstream.pk, "kind": "republishes", "note": "It says so."}
    proposal = Proposal.objects.act_or_propose(origin, "descend", by=make_reporter(), seen=None, body=body)
    assert not origin.upstreams.exists()
    proposal.approve(by=make_editor())
    assert origin.upstreams.get().upstream == upstream


def test_what_is_the_same_as_a_shown_origin_is_told_by_two():
    shown, other = shown_source().origin, make_origin("The wire")
    with pytest.raises(ValidationError, match="another editor must approve"):
        other.descend(shown, "same", by=make_reporter())


def test_a_region_of_a_quoted_text_is_marked_by_two():
    capture = shown_source().captures.get()
    body = {"kind": "furniture", "start": 33, "end": 54, "of_start": None, "of_end": None, "note": ""}
    proposal = Proposal.objects.act_or_propose(capture, "mark", by=make_reporter(), seen=None, body=body)
    assert not capture.regions.exists()
    with pytest.raises(ValidationError, match="proposed already"):
        Proposal.objects.act_or_propose(capture, "mark", by=make_reporter(), seen=None, body=body)
    proposal.approve(by=make_editor())
    assert capture.regions.get().end == 54


def test_a_source_that_readers_see_is_taken_back_by_two():
    source = shown_source()
    claim = Claim.objects.resting_on(source).get()
    assess(claim, "disputed")
    body = {"because": "They were wrong."}
    proposal = Proposal.objects.act_or_propose(source, "retract", by=make_reporter(), seen=source.seen, body=body)
    claim.refresh_from_db()
    assert claim.look == ""
    proposal.approve(by=make_editor())
    claim.refresh_from_db()
    assert claim.look == "retracted"


def test_words_that_a_finding_cites_are_translated_by_two():
    claim = make_claim()
    cited = make_passage(language="fr")
    assess(claim, "disputed", citing=[contradicts(cited)])
    with pytest.raises(ValidationError, match="another editor must approve"):
        cited.translate("No.", by=make_reporter())


def test_words_that_a_finding_cites_are_translated_on_the_page_of_its_claim(client, editor):
    claim = make_claim()
    cited = make_passage(language="fr")
    assess(claim, "disputed", citing=[contradicts(cited)])
    quoting = {"source": cited.capture.source.key, "quotation": cited.exact, "translation": "No."}
    answer = client.post(address("capture_quote", cited.capture_id), quoting)
    assert answer.status_code == 422
    assert "translate them on the page of their claim" in answer.content.decode()
    page = address("claim_translate", claim.pk)
    seen = {"seen_wording": claim.wording_id, "seen_assessment": claim.assessment_id}
    client.post(page, {"passage": cited.pk, "text": "No.", "language": "en"} | seen)
    claim.proposals.waiting().get().approve(by=make_editor())
    assert cited.translations.live().get().text == "No."


@pytest.mark.parametrize("verb", ["assess", "publish", "capture", "delete"])
def test_a_row_is_not_asked_what_a_claim_is_asked(verb):
    with pytest.raises(ValidationError, match="cannot be asked to"):
        Proposal.objects.propose(make_source(), verb, by=make_reporter(), seen=None, body={})
    with pytest.raises(ValidationError, match="cannot be asked to"):
        make_claim().propose("edit", by=make_reporter(), statement="x")


def test_a_proposal_is_about_one_thing():
    proposal = make_claim().propose("withdraw", by=make_reporter(), because="A court ordered it.")
    for fields in ({"claim": None}, {"source": make_source()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**fields)


def test_an_edit_that_others_made_meanwhile_is_not_undone():
    source = shown_source()
    proposal = Proposal.objects.act_or_propose(
        source, "edit", by=make_reporter(), seen=source.seen, body={"title": "New"}
    )
    source.edit(by=make_reporter(), approved_by=make_editor(), author="A. B.")
    assert Proposal.objects.get(pk=proposal.pk).is_stale
    with pytest.raises(ValidationError, match="has moved on"):
        proposal.approve(by=make_editor())
    source.refresh_from_db()
    assert (source.title, source.author) == ("The old title", "A. B.")


def test_a_source_is_not_taken_back_from_a_stale_page():
    source = make_source()
    seen = source.seen
    source.edit(by=make_reporter(), author="A. B.")
    with pytest.raises(ValidationError, match="has moved on"):
        Proposal.objects.act_or_propose(source, "retract", by=make_reporter(), seen=seen, body={"because": "So."})
    assert Source.objects.get(pk=source.pk).retracted is None


def test_what_would_be_refused_is_refused_at_once():
    source = shown_source()
    with pytest.raises(ValidationError, match="Readers see this source"):
        Proposal.objects.act_or_propose(
            source, "edit", by=make_reporter(), seen=source.seen, body={"confidential": True}
        )
    assert not source.proposals.exists()


def test_a_second_other_name_is_not_stale_because_the_first_was_approved():
    subject, author, second = shown_subject(), make_reporter(), make_editor()
    names = [{"text": "古い名", "language": "ja"}, {"text": "Alter Name", "language": "de"}]
    waiting = [
        Proposal.objects.act_or_propose(subject, "also_called", by=author, seen=subject.seen, body=name)
        for name in names
    ]
    for proposal in waiting:
        proposal.approve(by=second)
    assert subject.names.count() == 2


def test_what_somebody_proposed_who_left_is_not_approved_and_says_what_to_do():
    source = shown_source()
    body = {"title": "New"}
    proposal = Proposal.objects.act_or_propose(source, "edit", by=make_reporter(), seen=source.seen, body=body)
    type(proposal.by).objects.filter(pk=proposal.by_id).update(is_active=False)
    second = make_editor()
    with pytest.raises(ValidationError, match="may propose no more. Send it back, and propose the same"):
        proposal.approve(by=second)
    proposal.send_back(by=second, reply="They left.")
    assert Proposal.objects.act_or_propose(source, "edit", by=second, seen=source.seen, body=body)


def test_what_happened_by_proposals_is_in_order_and_loads_to_the_same_desk():
    source, subject, upstream = shown_source(), shown_subject(), make_origin("The wire")
    capture, author, second = source.captures.get(), make_reporter(), make_editor()
    acts = [
        (source, "edit", {"title": "New", "outlet_id": None}),
        (subject, "also_called", {"text": "古い名", "language": "ja", "preferred": True}),
        (source.origin, "descend", {"upstream_id": upstream.pk, "kind": "draws_on", "note": "It says so"}),
        (capture, "mark", {"kind": "repeat", "start": 33, "end": 54, "of_start": 0, "of_end": 9, "note": "N"}),
        (source, "retract", {"because": "They were wrong."}),
    ]
    for row, verb, body in acts:
        seen = row.seen if verb in {"edit", "also_called", "retract"} else None
        proposal = Proposal.objects.act_or_propose(row, verb, by=author, seen=seen, body=body)
        proposal.approve(by=second)
        assert (proposal.change.by, proposal.change.approved_by) == (author, second)
    assert list(audit()) == []
    first = list(interchange.dump())
    empty_the_desk()
    interchange.load(first)
    assert list(interchange.dump()) == first


# -- at a desk of one


def test_at_a_desk_of_one_an_editor_edits_alone_and_a_reporter_proposes(client, settings):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    source = shown_source()
    page = address("sources_source_change", source.pk)
    client.force_login(make_reporter())
    assert "Send to a second editor" in client.get(page).content.decode()
    assert client.post(page, fields_of(source, title="Proposed")).status_code == 302
    assert source.proposals.get().body == {"title": "Proposed"}
    client.force_login(make_editor())
    assert "Send to a second editor" not in client.get(page).content.decode()
    client.post(page, fields_of(source, title="Edited"))
    source.refresh_from_db()
    assert source.title == "Edited" and Change.objects.latest("id").approval == "alone"


# -- at the desk


def fields_of(source, **changed):
    return {
        "title": source.title,
        "language": source.language,
        "rights": source.rights,
        "outlet": source.outlet_id,
        "seen": source.seen,
    } | changed


def test_an_editor_sends_an_edit_and_another_sees_what_differs(client, editor):
    source = shown_source()
    page = address("sources_source_change", source.pk)
    before = client.get(page).content.decode()
    assert "Send to a second editor" in before and "_continue" not in before and 'name="override"' not in before
    answer = client.post(page, fields_of(source, title="The new title"), follow=True)
    assert "Sent to a second editor. Nothing changes until it is approved." in answer.content.decode()
    proposal = source.proposals.get()
    assert proposal.body == {"title": "The new title"}
    here = client.get(page).content.decode()
    assert address("claims_proposal_change", proposal.pk) in here and "The old title" in here

    client.force_login(make_editor())
    assert f"Edit: {source.title}" in client.get(reverse("admin:index")).content.decode()
    assert source.title in client.get(address("claims_proposal_changelist")).content.decode()
    review = client.get(address("claims_proposal_change", proposal.pk)).content.decode()
    assert "The old title" in review and "<ins>new</ins>" in review and page in review
    answer = client.post(address("proposal_approve", proposal.pk))
    assert answer["Location"] == page
    source.refresh_from_db()
    assert source.title == "The new title"


def test_an_edit_that_is_sent_back_is_written_anew(client, editor):
    source = shown_source()
    page = address("sources_source_change", source.pk)
    client.post(page, fields_of(source, title="The new titel"))
    proposal = source.proposals.get()
    proposal.send_back(by=make_editor(), reply="Title, not titel.")
    review = client.get(address("claims_proposal_change", proposal.pk)).content.decode()
    anew = f"{page}?revise={proposal.key}"
    assert anew in review and "Title, not titel." in review
    assert "The new titel" in client.get(anew).content.decode()
    client.post(anew, fields_of(source, title="The new title"))
    proposal.refresh_from_db()
    assert proposal.state == "dropped" and source.proposals.waiting().get().body == {"title": "The new title"}


def test_what_somebody_else_was_sent_back_fills_no_form(client, editor):
    source = shown_source()
    theirs = Proposal.objects.act_or_propose(
        source, "edit", by=make_reporter(), seen=source.seen, body={"title": "Theirs"}
    )
    theirs.send_back(by=editor, reply="No.")
    page = address("sources_source_change", source.pk)
    assert "Theirs" not in client.get(f"{page}?revise={theirs.key}").content.decode()


def test_what_was_sent_back_is_written_anew_on_its_own_page_alone(client, editor):
    """On another page it would fill in the words of something else, and be taken back when that is sent."""
    source, other = shown_source(), shown_source()
    mine = Proposal.objects.propose(source, "edit", by=editor, seen=source.seen, body={"title": "Mine"})
    mine.send_back(by=make_editor(), reply="No.")
    for page in (address("sources_source_change", other.pk), address("source_retract", source.pk)):
        assert "Mine" not in client.get(f"{page}?revise={mine.key}").content.decode()
    page = f"{address('sources_source_change', other.pk)}?revise={mine.key}"
    client.post(page, fields_of(other, title="Another"))
    mine.refresh_from_db()
    assert mine.state == "returned" and other.proposals.get().body == {"title": "Another"}


def test_an_edit_that_changes_nothing_is_not_sent(client, editor):
    source = shown_source()
    answer = client.post(address("sources_source_change", source.pk), fields_of(source))
    assert answer.status_code == 422 and "This is how it stands already" in answer.content.decode()
    assert not source.proposals.exists()


def test_the_acts_on_rows_wait_at_their_pages_too(client, editor):
    source, upstream = shown_source(), make_origin("The wire")
    capture, subject = source.captures.get(), shown_subject()
    pages = {
        address("origin_descend", source.origin_id): {
            "upstream": upstream.key,
            "kind": "draws_on",
            "note": "It says so",
        },
        address("capture_mark", capture.pk): {"kind": "furniture", "start": 33, "end": 54},
        address("subject_name", subject.pk): {"text": "古い名", "language": "ja", "seen": subject.seen},
        address("source_retract", source.pk): {"because": "They were wrong.", "seen": source.seen},
    }
    before = Change.objects.latest("id").pk
    for page, fields in pages.items():
        form = client.get(page).content.decode()
        assert "Send to a second editor" in form and 'name="override"' not in form
        assert client.post(page, fields).status_code == 302, page
    assert Change.objects.latest("id").pk == before
    second = make_editor()
    client.force_login(second)
    seen = {
        "descend": "The wire",
        "mark": "Nobody asked them to",
        "also_called": "古い名",
        "retract": "They were wrong.",
    }
    for proposal in Proposal.objects.waiting():
        review = client.get(address("claims_proposal_change", proposal.pk)).content.decode()
        assert seen[proposal.verb] in review
        assert client.post(address("proposal_approve", proposal.pk)).status_code == 302
    assert not Proposal.objects.waiting().exists() and Change.objects.filter(id__gt=before).count() == 4
    assert Origin.objects.get(pk=source.origin_id).upstreams.exists() and subject.names.get().text == "古い名"


@pytest.mark.parametrize("name", ["origin_descend", "capture_mark", "subject_name", "source_retract"])
def test_an_act_that_was_sent_back_is_written_anew_with_what_was_typed(client, editor, name):
    source = shown_source()
    rows = {
        "origin_descend": (
            source.origin,
            {"kind": "draws_on", "note": "It says so", "upstream_id": make_origin("W").pk},
        ),
        "capture_mark": (source.captures.get(), {"kind": "furniture", "start": 33, "end": 54, "note": "It says so"}),
        "subject_name": (subject := shown_subject(), {"text": "It says so", "language": "fr", "preferred": True}),
        "source_retract": (source, {"because": "It says so"}),
    }
    verbs = {
        "origin_descend": "descend",
        "capture_mark": "mark",
        "subject_name": "also_called",
        "source_retract": "retract",
    }
    row, body = rows[name]
    seen = row.seen if row in (source, subject) else None
    proposal = Proposal.objects.propose(row, verbs[name], by=editor, seen=seen, body=body)
    proposal.send_back(by=make_editor(), reply="How do we know?")
    review = client.get(address("claims_proposal_change", proposal.pk)).content.decode()
    anew = f"{address(name, row.pk)}?revise={proposal.key}"
    assert anew in review and "It says so" in client.get(anew).content.decode()


def test_a_chief_alone_leaves_a_reason(client):
    client.force_login(make_chief())
    origin, upstream = shown_source().origin, make_origin("The wire")
    page = address("origin_descend", origin.pk)
    assert 'name="override"' in client.get(page).content.decode()
    client.post(page, {"upstream": upstream.key, "kind": "draws_on", "override": "It could not wait."})
    assert Change.objects.latest("id").approval == "override" and origin.upstreams.exists()


@pytest.mark.parametrize("verb", ["edit", "mark"])
def test_the_lists_of_proposals_cost_the_same_when_they_grow(client, editor, same_queries, verb):
    def grow():
        source = shown_source()
        thing, seen, body = source, source.seen, {"title": "New"}
        if verb == "mark":
            thing, seen, body = source.captures.get(), None, {"kind": "furniture", "start": 33, "end": 54}
        Proposal.objects.propose(thing, verb, by=make_reporter(), seen=seen, body=body)

    same_queries(lambda: client.get(address("claims_proposal_changelist")), grow=grow)


# -- a claim that is published and held: its readers come when nobody looks


def under_an_embargo():
    """A claim that nobody has read yet, with all that stands around it."""
    outlet, subject = Outlet.objects.add(by=make_reporter(), name="The Old Name"), make_subject()
    passage = make_passage(outlet=outlet)
    draft = make_draft(passage=passage, subjects=[subject])
    draft.hold("embargo", because="Agreed.", ends_at=timezone.now() + timedelta(days=1), by=make_reporter())
    draft.publish(**two())
    draft.refresh_from_db()
    assert draft.stage == "published" and not draft.public and draft.changed is None
    source = passage.capture.source
    return {
        "outlet": outlet,
        "subject": subject,
        "source": source,
        "origin": source.origin,
        "passage": passage,
        "capture": passage.capture,
    }


HELD = {
    "edit the source": lambda has, **by: has["source"].edit(title="Another", **by),
    "edit the outlet": lambda has, **by: has["outlet"].edit(name="Another", **by),
    "edit the origin": lambda has, **by: has["origin"].edit(name="Another", **by),
    "edit the subject": lambda has, **by: has["subject"].edit(name="Another", **by),
    "name the subject": lambda has, **by: has["subject"].also_called("Ein Name", "de", **by),
    "say where it comes from": lambda has, **by: has["origin"].descend(make_origin(), "draws_on", **by),
    "mark the text": lambda has, **by: has["capture"].mark("furniture", 0, 2, **by),
    "translate the words": lambda has, **by: has["passage"].translate("Worte.", language="de", made_by="A", **by),
}


@pytest.mark.parametrize("act", HELD)
def test_what_readers_will_see_when_an_embargo_ends_is_not_one_editors_alone(act, client):
    has = under_an_embargo()
    with pytest.raises(ValidationError, match="another editor"):
        HELD[act](has, by=make_editor())
    edition = Clock.objects.get().edition
    HELD[act](has, **two())
    change = Change.objects.latest("id")
    assert (change.approval, change.public_number) == ("second", None)
    assert Clock.objects.get().edition == edition  # and no reader is told that there is anything
    assert list(audit()) == []


def test_the_pages_of_the_desk_say_that_it_waits(client, editor):
    has = under_an_embargo()
    page = client.get(address("claims_subject_change", has["subject"].pk)).content.decode()
    assert "Send to a second editor" in page
    assert (
        "Send to a second editor"
        not in client.get(address("claims_subject_change", make_subject().pk)).content.decode()
    )


@pytest.mark.parametrize("harm", [{"misconduct": True}, {"sensitivity": "health"}])
def test_the_words_of_what_may_harm_are_translated_by_two_also_through_a_draft_that_may_not(settings, harm):
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    passage, one = make_passage(), make_editor()
    claim, draft = make_draft(passage=passage, **harm), make_draft(passage=passage)
    if claim.sensitivity:
        claim.release(because="He told it himself.", by=make_chief(), approved_by=make_editor())
    claim.publish(no_reply_reason="He died.", **two())
    translated = {"text": "Worte.", "language": "de"}
    with pytest.raises(ValidationError, match="another editor"):
        draft.translate(passage, by=one, **translated)
    body = translated | {"passage_id": passage.pk}
    assert Proposal.objects.act_or_propose(draft, "translate", by=one, seen=draft.seen, body=body)
    other = make_claim().appearances.get().passage
    other.translate("Worte.", language="de", made_by="A", by=one)
    assert Change.objects.latest("id").approval == "alone"


def test_no_confidential_source_goes_back_to_an_origin_that_readers_will_see():
    origin = under_an_embargo()["origin"]
    with pytest.raises(ValidationError, match="Readers see its origin by name"):
        Source.objects.add(by=make_reporter(), title="A leak", language="en", origin=origin, confidential=True)
