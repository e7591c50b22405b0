"""The admin is a door to the same verbs: what they refuse is refused here, in words, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from claims.forms import SpeakerForm, SubjectsField
from claims.models import Appearance, Assignment, Claim, Hold, Proposal, Report, Subject
from claims.queues import LINES, queues
from sources import keeping
from sources.models import Capture, Change, Origin, Outlet, Passage, Source, Trace

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_chief,
    make_claim,
    make_draft,
    make_editor,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporter(client):
    user = make_reporter()
    client.force_login(user)
    return user


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def address(name, *args):
    return reverse(f"admin:{name}", args=args)


def seen_on(client, page):
    """What the page's form carries: the wording and the assessment that the editor has before them."""
    wording, assessment = client.get(page).context["seen"]
    return {"seen_wording": wording or "", "seen_assessment": assessment or ""}


def finding(**fields):
    return {"status": "disputed", "because": "The log says otherwise.", "code": "first"} | fields


def propose_to_dispute(client, claim, **fields):
    page = address("claim_assess", claim.pk)
    passage = claim.appearances.first().passage
    return client.post(page, seen_on(client, page) | finding(**{f"stance_{passage.pk}": "contradicts"}) | fields)


# -- recording

PARTS = {f"{part}-{count}_FORMS": "1" for part in ("speaker", "figure") for count in ("TOTAL", "INITIAL")} | {
    "speaker-INITIAL_FORMS": "0",
    "figure-INITIAL_FORMS": "0",
    "speaker-0-anonymity": "named",
}
APPEAR = PARTS | {"position": "asserts", "hedge": "flat"}


def appear(client, page, **fields):
    return client.post(page, seen_on(client, page) | APPEAR | fields, follow=True)


def test_a_reporter_records_a_claim_and_its_passage(client, reporter):
    capture = make_source("The bridge was never inspected.").captures.get()
    answer = client.post(
        address("claim_record"),
        {"statement": "The bridge was not inspected.", "headline": "No inspection", "kind": "fact"},
    )
    claim = Claim.objects.get()
    assert answer.url == address("claim_appear", claim.pk)
    speaker = {"speaker-0-name": "The bureau"}
    appear(
        client,
        answer.url,
        source=capture.source.key,
        quotation="never inspected",
        translation="not inspected",
        **speaker,
    )
    appearance = Appearance.objects.get()
    assert (appearance.passage.start, appearance.passage.exact) == (15, "never inspected")
    assert appearance.speakers.get().name == "The bureau"
    assert appearance.passage.translations.get().made_by == reporter.username
    assert set(Change.objects.filter(by=reporter).values_list("via", flat=True)) == {"admin"}


def test_a_quotation_that_is_not_in_the_text_is_refused_and_kept_on_the_form(client, reporter):
    claim, source = make_draft(), make_source("The bridge was never inspected.")
    page = address("claim_appear", claim.pk)
    answer = appear(client, page, source=source.key, quotation=" ever inspected ")
    assert answer.status_code == 422
    assert "The quotation is not in the text. Copy it letter for letter" in answer.content.decode()
    assert " ever inspected </textarea>" in answer.content.decode()
    assert claim.appearances.count() == 1


def test_white_space_of_a_quotation_is_not_trimmed(client, reporter):
    claim, source = make_draft(), make_source("The bridge was never inspected.")
    appear(client, address("claim_appear", claim.pk), source=source.key, quotation=" never ")
    assert Passage.objects.latest("id").exact == " never "


def test_words_that_occur_twice_ask_which(client, reporter):
    claim, source = make_draft(), make_source("no no no")
    page = address("claim_appear", claim.pk)
    answer = appear(client, page, source=source.key, quotation="no")
    assert "These words occur 3 times" in answer.content.decode()
    appear(client, page, source=source.key, quotation="no", occurrence="2")
    assert Passage.objects.latest("id").start == 3


def test_a_look_alike_letter_warns_and_is_kept(client, reporter):
    claim, source = make_draft(), make_source("with Zehr\u0430 in London")
    page = address("claim_appear", claim.pk)
    answer = appear(client, page, source=source.key, quotation="Zehr\u0430")
    assert "look-alike letter (cyrillic small letter a)" in answer.content.decode()
    assert Passage.objects.latest("id").exact == "Zehr\u0430"


def test_a_bad_date_is_refused_with_an_example(client, reporter):
    claim, source = make_draft(), make_source("The bridge.")
    fields = APPEAR | {"source": source.key, "quotation": "bridge", "dated": "June 2023"}
    answer = client.post(address("claim_appear", claim.pk), fields)
    assert "Enter a year, a month or a day, like 2023" in answer.content.decode()


def test_the_catalogue_is_added_and_edited_through_the_ledger(client, reporter):
    client.post(address("sources_outlet_add"), {"name": "The Ledger", "kind": "newspaper", "language": "en"})
    outlet = Outlet.objects.get()
    edited = {"name": "The Harbour Ledger", "kind": "newspaper", "seen": outlet.seen}
    client.post(address("sources_outlet_change", outlet.pk), edited)
    assert [c.verb for c in Change.objects.filter(kind="outlet", key=outlet.key)] == ["add", "edit"]
    assert Outlet.objects.get().name == "The Harbour Ledger"


def test_a_source_gets_an_origin_of_its_own(client, reporter):
    client.post(address("sources_source_add"), {"title": "A title", "language": "ja", "rights": "quote"})
    assert Source.objects.get().origin == Origin.objects.get()


def test_a_language_that_is_none_is_refused(client, reporter):
    answer = client.post(address("sources_source_add"), {"title": "A title", "language": "qqqq", "rights": "quote"})
    assert "is not a language" in answer.content.decode()


def test_a_chief_edits_it_alone_with_a_reason(client):
    chief = make_chief()
    client.force_login(chief)
    source = make_claim().appearances.get().passage.capture.source
    fields = {"title": "Another title", "language": "en", "rights": "quote", "override": "A slip of the pen."}
    fields["seen"] = source.seen
    client.post(address("sources_source_change", source.pk), fields)
    change = Change.objects.latest("id")
    assert (change.approval, change.note, change.by) == ("override", "A slip of the pen.", chief)


# -- deciding: rules 2 to 6


def test_a_proposal_changes_nothing_and_an_approval_decides(client, reporter):
    claim = make_claim()
    assert propose_to_dispute(client, claim).status_code == 302
    claim.refresh_from_db()
    assert claim.status == "unverified"
    client.force_login(make_editor())
    client.post(address("proposal_approve", Proposal.objects.latest("id").pk))
    claim.refresh_from_db()
    assert claim.status == "disputed"
    assert claim.assessment.since.by == reporter


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "disputed"}, "Choose at least one citation that contradicts the claim"),
        ({"status": "verified"}, "Choose at least one citation that supports the claim"),
        ({"because": "x" * 241}, "240"),
        ({"because": ""}, "required"),
        ({"status": ""}, "required"),
        ({"passage": "SO-none/1/2-3", "passage_stance": "supports"}, "There is no passage SO-none/1/2-3"),
        ({"origin": "OR-none"}, "There is no origin OR-none"),
        ({"expression": "1 + 1", "printed": "3", "expression_stance": "contradicts"}, "The calculation gives 2, not 3"),
        ({"reference": "A letter"}, "Say whether it supports or contradicts"),
    ],
)
def test_an_unfounded_finding_is_refused_in_words_and_what_was_typed_stays(client, reporter, fields, sentence):
    claim = make_claim()
    page = address("claim_assess", claim.pk)
    answer = client.post(page, seen_on(client, page) | finding(reason="A long reason.") | fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "A long reason.</textarea>" in answer.content.decode()
    assert Proposal.objects.filter(verb="assess").count() == 0


def test_circular_evidence_is_refused_by_the_name_of_its_circle(client, reporter):
    claim = make_claim()
    passage = claim.appearances.get().passage
    page = address("claim_assess", claim.pk)
    fields = finding(status="verified", **{f"stance_{passage.pk}": "supports"})
    answer = client.post(page, seen_on(client, page) | fields)
    assert f"both go back to {passage.capture.source.origin.name}" in answer.content.decode()


def test_a_finding_from_a_stale_page_is_refused_and_its_text_kept(client, reporter):
    claim = make_claim()
    page = address("claim_assess", claim.pk)
    seen = seen_on(client, page)
    assess(claim, "disputed")
    passage = claim.appearances.get().passage
    answer = client.post(page, seen | finding(because="Typed with care.", **{f"stance_{passage.pk}": "contradicts"}))
    assert answer.status_code == 422
    assert "has moved on while you were writing" in answer.content.decode()
    assert "Typed with care.</textarea>" in answer.content.decode()


def test_an_approval_of_what_moved_on_is_refused(client, reporter):
    claim = make_claim()
    propose_to_dispute(client, claim)
    waiting = Proposal.objects.latest("id")
    assess(claim, "disputed")
    client.force_login(make_editor())
    answer = client.post(address("proposal_approve", waiting.pk))
    assert answer.status_code == 422 and "moved on" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_nobody_approves_their_own_proposal(client, editor):
    claim = make_claim()
    propose_to_dispute(client, claim)
    waiting = Proposal.objects.latest("id")
    assert "Approve" not in client.get(address("claims_proposal_change", waiting.pk)).content.decode()
    answer = client.post(address("proposal_approve", waiting.pk))
    assert answer.status_code == 422 and "another editor must approve" in answer.content.decode()
    claim.refresh_from_db()
    assert claim.status == "unverified"


def test_a_reporter_does_not_approve_by_a_form_made_by_hand(client, reporter):
    claim = make_claim()
    waiting = claim.propose("withdraw", by=make_editor(), because="Because.")
    answer = client.post(address("proposal_approve", waiting.pk))
    assert answer.status_code == 403
    assert client.post(address("proposal_return", waiting.pk), {"reply": "No."}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_an_editor_does_not_release_by_a_form_made_by_hand(client, editor):
    claim = make_draft(sensitivity="health")
    assert client.post(address("claim_release", claim.pk), {"because": "Because."}).status_code == 403


@pytest.mark.parametrize("role", ["nobody", "deactivated"])
def test_others_get_no_further_than_the_sign_in(client, role):
    user = User.objects.create_user("outsider", is_staff=role == "deactivated", is_active=role != "deactivated")
    client.force_login(user)
    claim = make_claim()
    for page in ("/admin/", address("claim_assess", claim.pk), address("claim_record")):
        answer = client.get(page)
        assert answer.status_code == 302 and "login" in answer.url


def test_staff_without_a_role_may_do_nothing(client):
    client.force_login(User.objects.create_user("intern", is_staff=True))
    claim = make_claim()
    for page in (address("claim_assess", claim.pk), address("claim_record"), address("claims_claim_changelist")):
        assert client.get(page).status_code == 403


def test_a_proposal_is_sent_back_with_a_note_that_its_author_sees(client, editor):
    author = make_reporter()
    waiting = make_claim().propose("withdraw", by=author, because="Because.")
    assert client.post(address("proposal_return", waiting.pk), {"reply": ""}).status_code == 422
    client.post(address("proposal_return", waiting.pk), {"reply": "Which court?"})
    client.force_login(author)
    assert "Which court?" in client.get(address("claims_proposal_change", waiting.pk)).content.decode()


def test_a_claim_is_published_by_a_second_person(client, reporter):
    claim = make_draft(misconduct=True)
    page = address("claim_publish", claim.pk)
    client.post(page, seen_on(client, page) | {"no_reply_reason": "Nobody answers there."})
    claim.refresh_from_db()
    assert not claim.public
    client.force_login(make_editor())
    client.post(address("proposal_approve", Proposal.objects.get().pk))
    claim.refresh_from_db()
    assert claim.public


def test_another_passage_of_a_public_claim_waits_for_a_second_editor(client, reporter):
    claim, source = make_claim(), make_source("The bridge was never inspected.")
    page = address("claim_appear", claim.pk)
    appear(client, page, source=source.key, quotation="never inspected")
    assert claim.appearances.count() == 1
    client.force_login(make_editor())
    client.post(address("proposal_approve", Proposal.objects.latest("id").pk))
    assert claim.appearances.count() == 2


def test_a_new_wording_is_proposed_and_flags_the_finding(client, reporter):
    claim = make_claim()
    assess(claim, "disputed")
    page = address("claim_reword", claim.pk)
    client.post(
        page, seen_on(client, page) | {"headline": "New", "statement": "The bridge was not inspected."} | UPDATE
    )
    Proposal.objects.latest("id").approve(by=make_editor())
    claim.refresh_from_db()
    assert (claim.wording.statement, claim.look) == ("The bridge was not inspected.", "reworded")


# -- rule 1, and what the screens show


@pytest.mark.parametrize("asked", ["nothing", "sensitive"])
def test_at_a_desk_of_one_an_editor_decides_alone_and_it_is_recorded_so(client, editor, settings, asked):
    settings.FACTDESK_TWO_PEOPLE = asked
    claim = make_draft()
    page = address("claim_publish", claim.pk)
    form = client.get(page).content.decode()
    assert "Record this" in form and "Send to a second editor" not in form
    client.post(page, seen_on(client, page) | {"no_reply_reason": ""})
    propose_to_dispute(client, claim)
    assert "Recorded." in client.get(address("claims_claim_change", claim.pk)).content.decode()
    claim.refresh_from_db()
    assert (claim.public, claim.status) == (True, "disputed") and not Proposal.objects.exists()
    assert {c.approval for c in Change.objects.filter(verb__in=["publish", "assess"])} == {"alone"}


def test_where_sensitive_claims_need_two_one_editor_proposes_them(client, editor, settings):
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    claim = make_draft(misconduct=True)
    page = address("claim_publish", claim.pk)
    assert "Send to a second editor" in client.get(page).content.decode()
    client.post(page, seen_on(client, page) | {"no_reply_reason": "He died."})
    claim.refresh_from_db()
    assert not claim.public and claim.proposals.waiting().get().verb == "publish"


def test_a_reporter_at_a_desk_of_one_proposes(client, reporter, settings):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    claim = make_draft()
    page = address("claim_publish", claim.pk)
    client.post(page, seen_on(client, page) | {"no_reply_reason": ""})
    claim.proposals.waiting().get().approve(by=make_editor())
    claim.refresh_from_db()
    assert claim.public


@pytest.mark.parametrize("model", [Claim, Proposal, Subject, Source, Capture, Outlet, Origin])
def test_nothing_is_deleted_here(client, model):
    client.force_login(make_chief())
    make_claim()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    for thing in model.objects.all()[:1]:
        answer = client.post(address(f"{name}_delete", thing.pk), {"post": "yes"})
        assert answer.status_code == 403
        assert model.objects.filter(pk=thing.pk).exists()


def test_a_claim_is_not_changed_by_posting_to_its_page(client, editor):
    claim = make_claim()
    answer = client.post(address("claims_claim_change", claim.pk), {"status": "verified", "stage": "withdrawn"})
    assert answer.status_code == 403
    claim.refresh_from_db()
    assert (claim.status, claim.stage) == ("unverified", "published")


def test_the_page_of_a_claim_reads_its_history(client, editor):
    claim = make_claim()
    assess(claim, "disputed", because="First we thought so.")
    assess(claim, "unverified", because="Then we doubted it.", code="new_evidence")
    page = client.get(address("claims_claim_change", claim.pk)).content.decode()
    assert page.index("Then we doubted it.") < page.index("First we thought so.")


def test_the_queue_shows_what_waits_for_this_editor_and_not_their_own(client, editor):
    mine = make_claim("Mine waits.").propose("withdraw", by=editor, because="Because.")
    theirs = make_claim("Theirs waits.").propose("withdraw", by=make_reporter(), because="Because.")
    queue = client.get("/admin/").content.decode()
    assert address("claims_proposal_change", theirs.pk) in queue
    assert address("claims_proposal_change", mine.pk) not in queue


def test_evidence_is_cited_by_the_place_of_another_passage(client, reporter):
    claim, other = make_claim(), make_passage("A log sheet says otherwise.")
    answer = propose_to_dispute(
        client, claim, passage=other.ref, passage_stance="contradicts", reference="A letter", reference_stance="context"
    )
    assert answer.status_code == 302
    citing = Proposal.objects.latest("id").body["citing"]
    assert [c["stance"] for c in citing] == ["contradicts", "contradicts", "context"]
    assert citing[1]["passage_id"] == other.pk


def test_the_review_page_shows_the_change_against_what_stands(client, reporter):
    claim = make_claim("The bridge was never inspected.")
    assess(claim, "disputed", because="Once we thought so.", citing=[contradicts()])
    page = address("claim_assess", claim.pk)
    client.post(
        page, seen_on(client, page) | finding(status="unverified", because="Now we doubt it.", code="new_evidence")
    )
    client.force_login(make_editor())
    review = client.get(address("claims_proposal_change", Proposal.objects.latest("id").pk)).content.decode()
    assert review.index("Once we thought so.") < review.index("Now we doubt it.")
    assert "Approve" in review and "Send back" in review


def test_the_page_of_a_capture_lists_its_passages_in_order_with_their_claims(client, editor):
    capture = make_source("One. Two. Three.").captures.get()
    by = make_reporter()
    later, earlier = (make_draft(passage=capture.quote(a, b, by=by)) for a, b in ((5, 9), (0, 4)))
    page = client.get(address("sources_capture_change", capture.pk)).content.decode()
    assert page.index(earlier.key) < page.index(later.key)


# -- every act has its page


def act(client, page, **fields):
    return client.post(page, seen_on(client, page) | fields)


def test_a_claim_is_related_to_another(client, reporter):
    claim, other = make_draft(), make_claim()
    act(client, address("claim_relate", claim.pk), other=other.key, kind="contradicts")
    assert claim.relations.get().other == other


def test_a_translation_that_readers_see_waits_for_a_second_editor(client, reporter):
    claim = make_claim(passage=make_passage("Le pont.", language="fr"))
    passage = claim.appearances.get().passage
    act(client, address("claim_translate", claim.pk), passage=passage.pk, text="The bridge.", language="en")
    assert not passage.translations.exists()
    claim.proposals.waiting().get().approve(by=make_editor())
    assert passage.translations.get().text == "The bridge."


def test_nobody_translates_public_words_by_way_of_a_draft(client, reporter):
    public = make_claim(passage=make_passage("Le pont.", language="fr"))
    passage = public.appearances.get().passage
    source = passage.capture.source
    page = address("claim_appear", make_draft().pk)
    answer = appear(client, page, source=source.key, quotation="Le pont.", translation="Something else.")
    assert answer.status_code == 422
    assert not passage.translations.exists()


def test_a_source_that_was_taken_back_flags_what_rests_on_it(client):
    claim = make_claim()
    assess(claim, "disputed")
    client.force_login(make_chief())
    source = claim.appearances.get().passage.capture.source
    page = address("source_retract", source.pk)
    client.post(page, {"because": "We were wrong.", "override": "They said so today.", "seen": source.seen})
    claim.refresh_from_db()
    assert (claim.look, claim.status) == ("retracted", "disputed")


def test_an_origin_says_where_it_comes_from(client, reporter):
    first, second = make_origin("A reprint"), make_origin("The wire")
    client.post(address("origin_descend", first.pk), {"upstream": "the wire", "kind": "republishes"})
    assert first.upstreams.get().upstream == second


def test_a_source_takes_the_origin_that_was_cited_before_it_was_captured(client, reporter):
    origin = make_origin("Forbes, June 2023")
    fields = {"title": "The article", "language": "en", "rights": "quote", "origin": origin.pk}
    client.post(address("sources_source_add"), fields)
    assert Source.objects.get().origin == origin


def test_a_region_is_marked_and_nothing_cut(client, reporter):
    capture = make_source("Menu. The text.").captures.get()
    client.post(address("capture_mark", capture.pk), {"kind": "furniture", "start": 0, "end": 5})
    assert str(capture.regions.get()) == "page furniture [0, 5)"


def test_words_that_carry_no_claim_are_quoted_for_a_finding(client, reporter):
    capture = make_source("The log says so.").captures.get()
    answer = client.post(
        address("capture_quote", capture.pk), {"source": capture.source.key, "quotation": "log"}, follow=True
    )
    assert capture.passages.get().ref in answer.content.decode()


def test_a_chain_and_the_numbers_are_recorded_with_the_passage(client, reporter):
    claim, source = make_draft(), make_source("Forbes says more than 5 million.")
    origin = make_origin("Forbes")
    chain = {"speaker-TOTAL_FORMS": "2", "speaker-0-name": "Forbes", "speaker-0-origin": origin.key}
    chain |= {"speaker-1-name": "insiders", "speaker-1-anonymity": "group"}
    number = {"figure-0-words": "5 million", "figure-0-low": "5000000", "figure-0-qualifier": "more than"}
    page = address("claim_appear", claim.pk)
    appear(client, page, source=source.key, quotation="more than 5 million", **chain, **number)
    appearance = claim.appearances.latest("id")
    assert [(s.name, s.anonymity, s.origin) for s in appearance.speakers.all()] == [
        ("Forbes", "named", origin),
        ("insiders", "group", None),
    ]
    figure = appearance.figures.get()
    assert (figure.words, figure.low, figure.high) == ("5 million", 5000000, None)


def test_the_ledger_of_a_thing_is_read_on_its_page(client, editor):
    claim = make_claim()
    assess(claim, "disputed")
    page = client.get(address("claims_claim_history", claim.pk)).content.decode()
    assert page.index("Assess") < page.index("Publish") < page.index("Record")


def test_what_was_sent_back_is_written_anew_with_its_words(client, reporter):
    claim = make_claim()
    propose_to_dispute(client, claim, reason="Because of [1].")
    proposal = claim.proposals.waiting().get()
    proposal.send_back(by=make_editor(), reply="Say which log.")
    page = f"{address('claim_assess', claim.pk)}?revise={proposal.key}"
    form = client.get(page).context["form"]
    assert form["reason"].value() == "Because of [1]."
    passage = claim.appearances.get().passage
    assert form[f"stance_{passage.pk}"].value() == "contradicts"
    client.post(page, seen_on(client, page) | finding(**{f"stance_{passage.pk}": "contradicts"}))
    proposal.refresh_from_db()
    assert (proposal.state, claim.proposals.waiting().count()) == ("dropped", 1)


def test_one_thing_is_proposed_once(client, reporter):
    claim = make_claim()
    propose_to_dispute(client, claim)
    answer = propose_to_dispute(client, claim)
    assert "proposed already" in answer.content.decode()
    assert claim.proposals.waiting().count() == 1


def test_a_second_editor_sees_the_words_that_would_be_recorded(client, reporter):
    claim, source = make_claim(), make_source("The bureau denies it.", title_en="The denial")
    page = address("claim_appear", claim.pk)
    appear(client, page, source=source.key, quotation="denies it", **{"speaker-0-name": "The bureau"})
    client.force_login(make_editor())
    review = client.get(address("claims_proposal_change", claim.proposals.waiting().get().pk)).content.decode()
    assert "denies it" in review and "The denial" in review and "After The bureau" in review


@pytest.mark.parametrize("name", ["claims_claim", "claims_proposal", "sources_capture", "sources_source"])
@pytest.mark.parametrize("thing", ["²", "abc", "9" * 30])
def test_an_address_that_names_nothing_is_not_found(client, editor, name, thing):
    page = address(f"{name}_change", 1).replace("/1/", f"/{thing}/")
    assert client.get(page).status_code in {302, 404}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reference": "A book", "reference_stance": "supports", "status": "unverified"}, "first came from"),
        ({"expression": "1 + 1", "expression_stance": "supports", "printed": "200 %"}, "as a number, like 2.5"),
        ({"expression": "1 + 1", "expression_stance": "supports", "printed": "sNaN"}, "as a number, like 2.5"),
    ],
)
def test_evidence_that_is_not_in_order_is_refused_where_it_is_shown(client, reporter, fields, sentence):
    answer = propose_to_dispute(client, make_claim(), **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page and "<details open>" in page


def test_what_only_the_database_refuses_is_a_sentence_too(client, reporter):
    first = make_origin("One")
    page = address("origin_descend", first.pk)
    assert "origin does not come from itself" in client.post(page, {"upstream": "One", "kind": "same"}).content.decode()


def test_an_editor_drops_their_own_proposal(client, reporter):
    claim = make_claim()
    propose_to_dispute(client, claim)
    client.post(address("proposal_drop", claim.proposals.get(verb="assess").pk))
    assert claim.proposals.get(verb="assess").state == "dropped"


def test_a_draft_is_reworded_at_once(client, reporter):
    claim = make_draft()
    act(client, address("claim_reword", claim.pk), headline="New", statement="New words.")
    assert claim.wordings.count() == 2


def test_a_sensitive_claim_is_released_by_two_and_says_why(client):
    claim = make_draft(sensitivity="health", misconduct=True)
    claim.propose("publish", by=make_reporter(), no_reply_reason="Nobody answers.").approve(by=make_editor())
    client.force_login(make_chief())
    act(client, address("claim_release", claim.pk), because="The person asked for it.")
    claim.proposals.waiting().get().approve(by=make_editor())
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "The person asked for it." in page and "Nobody answers." in page


def test_a_claim_given_to_an_editor_is_told_by_mail_without_its_words(
    client, reporter, django_capture_on_commit_callbacks
):
    claim, other = make_draft("A secret draft."), make_editor()
    other.email = "other@desk.example"
    other.save()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("claim_assign", claim.pk), {"editor": other.pk})
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["other@desk.example"], f"{claim.key} is yours")
    assert "secret" not in letter.body
    client.force_login(other)
    home = client.get(f"{reverse('admin:index')}?whose=mine").content.decode()
    assert "A secret draft." in home
    client.force_login(reporter)
    assert "A secret draft." not in client.get(f"{reverse('admin:index')}?whose=mine").content.decode()


def test_comments_stay_among_editors(client, reporter):
    claim = make_claim()
    client.post(address("claim_comment", claim.pk), {"text": "I do not trust this one."})
    assert "I do not trust this one." in client.get(address("claims_claim_change", claim.pk)).content.decode()
    for page in (claim.get_absolute_url(), f"/api/v1/claims/{claim.key}/"):
        assert "I do not trust" not in client.get(page).content.decode()


@pytest.mark.parametrize("whose", ["everybody", "mine"])
def test_each_line_of_the_queue_counts_what_its_list_shows(client, editor, whose):
    by = make_reporter()
    for given in (True, False):
        claim, old = make_claim(passage=make_passage("Le pont.", language="fr")), make_claim()
        assess(claim, "unverified")
        assess(old, "disputed", review_by="2020-01-01")
        draft, asked, returned = make_draft(), make_draft(), make_draft()
        asked.propose("publish", by=by)
        claim.appear(make_passage(), "denies", by=by, approved_by=make_editor())
        Claim.objects.filter(pk=claim.pk).update(look="altered,conflicting")
        returned.propose("publish", by=editor).send_back(by=make_editor(), reply="Not yet.")
        times = {"asked_on": "2026-10-01", "deadline": "2026-10-08"}
        draft.ask(by=by, to_name="Lac", channel="email", questions="Is it so?", **times)
        draft.hold("safety", by=by, because="She is moving.", ends_at=timezone.now() + timedelta(days=1))
        with keeping.lifted():
            Hold.objects.update(ends_at=timezone.now() - timedelta(days=1))
        source = draft.appearances.get().passage.capture.source
        Trace.objects.create(source=source, other=make_source(), share=0.9)
        Report.objects.send(what="The date is wrong.", thing="claim", thing_key=claim.key)
        if given:
            for mine in (claim, old, draft, asked):
                Assignment.objects.give(mine, editor, by=by)
    everybodys = queues(editor)
    for number, (line, queue) in enumerate(zip(LINES, queues(editor, whose), strict=True)):
        shown = client.get(queue.address)
        assert shown.context["cl"].result_count == queue.count > 0, line.name
        rows = list(shown.context["cl"].queryset)
        of_a_claim = [getattr(row, "claim", row) for row in rows if not isinstance(row, Passage | Source)]
        of_a_claim = [row.about.get().claim if hasattr(row, "to_name") else row for row in of_a_claim]
        if whose == "mine" and line.name not in {"revision", "report"}:  # a letter is given to nobody
            assert all(c.assignment_to.editor == editor for c in of_a_claim), line.name
            assert queue.count < everybodys[number].count, line.name


def test_a_quote_has_a_page_with_its_translations_and_claims(client, editor):
    claim = make_claim(passage=make_passage("Le pont.", language="fr"))
    passage = claim.appearances.get().passage
    passage.translate("The bridge.", by=make_reporter(), approved_by=make_editor(), made_by="A. Durand")
    page = client.get(address("sources_passage_change", passage.pk)).content.decode()
    assert '<span lang="fr">Le pont.</span>' in page and "The bridge." in page and claim.words in page
    assert client.post(address("sources_passage_change", passage.pk), {}).status_code == 403


def test_what_is_known_of_a_speaker_needs_the_name_in_the_source():
    form = SpeakerForm({"anonymity": "named", "subject": make_subject().key})
    assert form.errors == {"name": ["Enter the speaker as the source names them"]}


def test_a_subject_number_beyond_every_column_is_a_sentence():
    with pytest.raises(ValidationError, match="Choose subjects of the list"):
        SubjectsField(Subject.objects.all()).clean(["9" * 30])


def test_an_account_without_a_role_sees_no_work(client):
    make_draft("A secret draft.").propose("publish", by=make_reporter())
    nobody = User.objects.create_user("norole", is_staff=True)
    assert queues(nobody) == []
    client.force_login(nobody)
    home = client.get(reverse("admin:index")).content.decode()
    assert "A secret draft." not in home and "has no role" in home and "Capture a source" not in home


def test_a_proposal_is_seen_as_readers_would_see_it_and_nothing_changes(client, editor):
    claim = make_claim("The bridge stood.")
    claim.propose("reword", by=make_reporter(), headline="The ferry", statement="The ferry <b>sank</b>.", **UPDATE)
    proposal = claim.proposals.waiting().get()
    before = Change.objects.count()
    page = client.get(address("proposal_preview", proposal.pk))
    words = page.content.decode()
    assert "This is a preview" in words and "The ferry &lt;b&gt;sank&lt;/b&gt;." in words
    assert "Reworded" in words and "Two editors." in words  # as its history would say
    assert "no-store" in page["Cache-Control"] and Change.objects.count() == before
    assert "The ferry" not in client.get(claim.get_absolute_url()).content.decode()
    review = client.get(address("claims_proposal_change", proposal.pk)).content.decode()
    assert (
        "The <del>bridge</del><ins>ferry</ins> <del>stood</del><ins>&lt;b&gt;sank&lt;/b&gt;</ins>."
        in review.replace("</ins><ins>", "").replace("</del><del>", "")
    )


def test_a_preview_of_what_was_decided_or_moved_on_is_none(client, editor):
    claim = make_claim()
    claim.propose("reword", by=make_reporter(), headline="N", statement="New words.", **UPDATE)
    proposal = claim.proposals.waiting().get()
    assess(claim, "unverified")
    stale = client.get(address("proposal_preview", proposal.pk), follow=True)
    assert "preview" not in stale.content.decode() and "moved on" in stale.content.decode()
    proposal.send_back(by=editor, reply="Again, please.")
    assert client.get(address("proposal_preview", proposal.pk)).status_code == 404
    client.force_login(User.objects.create_user("norole", is_staff=True))
    assert client.get(address("proposal_preview", proposal.pk)).status_code == 403


def test_a_reporter_may_see_a_preview_too(client, reporter):
    claim = make_claim()
    claim.propose("reword", by=make_reporter(), headline="N", statement="New words.", **UPDATE)
    page = client.get(address("proposal_preview", claim.proposals.waiting().get().pk))
    assert page.status_code == 200 and "New words." in page.content.decode()


def test_claims_that_were_chosen_in_the_list_are_given_to_somebody(client, editor):
    one, other, gone = make_draft("One."), make_claim("Other."), make_draft("Gone.")
    gone.withdraw(by=make_reporter(), because="Twice.")
    theirs = make_draft("Theirs.")
    chosen = {"action": "give", "_selected_action": [c.pk for c in (one, other, gone)]}
    page = client.post(address("claims_claim_changelist"), chosen).headers["Location"]
    shown = client.get(page).content.decode()
    assert "Who works on 3 claims" in shown and "One." in shown and "Theirs." not in shown
    colleague = make_reporter()
    told = client.post(page, {"editor": colleague.pk}, follow=True).content.decode()
    assert f"2 claims given to {colleague.username}. Withdrawn, and not given: {gone.key}." in told
    assert set(Assignment.objects.filter(editor=colleague).values_list("claim", flat=True)) == {one.pk, other.pk}
    assert not Assignment.objects.filter(claim=theirs).exists()
    client.post(page, {"editor": "nobody-here"})
    assert Assignment.objects.count() == 2
    assert client.get(address("claims_give") + "?claim=FD-nothing").status_code == 404


def test_no_list_changes_a_status(client, editor):
    """A finding is made of one claim, and approved: never of many at once."""
    shown = client.get(address("claims_claim_changelist")).content.decode()
    offered = re.findall(r'<option value="(\w+)"', re.search(r'<select name="action".*?</select>', shown, re.S)[0])
    assert offered == ["give"]
