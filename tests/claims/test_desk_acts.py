"""What editors do, programs do through the same verbs: at once what one may do, else as a proposal for a second editor."""

import base64

import pytest
from django.contrib.auth.models import User
from django.core import mail

from claims.models import Assignment, Claim, Comment, Proposal, Report
from sources.models import Archiving, Change, Incoming, Source, Trace, Watch

from ..making import (
    assess,
    make_claim,
    make_draft,
    make_origin,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
)
from ..programs import chief, editor, problem_of, reporter

pytestmark = pytest.mark.django_db


def at(thing):
    kind = type(thing).__name__.lower()
    return f"{kind}s/{thing.key}/"


def test_a_program_records_a_claim_and_brings_it_to_the_readers():
    one, two = reporter(), editor()
    subject = make_subject()
    source = one.post("sources/", {"title": "A report", "language": "en"}, 201)
    address = source.headers["Location"]
    text = "Before. The bridge was never inspected. After."
    kept = one.post(f"{address}captures/", {"text": text}, 201, if_match="*").json()
    assert kept["text"] == text and not Incoming.objects.exists()
    quoted = {"exact": "The bridge was never inspected."}
    passage = one.post(f"{address}passages/", quoted, 201, if_match=source.headers["ETag"]).json()
    assert passage["exact"] == quoted["exact"]
    body = {"statement": "The bridge was never inspected.", "headline": "No inspection", "subjects": [subject.key]}
    made = one.post("claims/", body, 201)
    claim = made.json()
    assert (claim["stage"], claim["public"], claim["subjects"][0]["key"]) == ("draft", False, subject.key)
    speakers = [{"name": "The bureau", "subject": subject.key}, {"name": "insiders", "anonymity": "group"}]
    figures = [{"words": "1.7百万", "low": "1700000", "currency": "GBP"}]
    done = one.act(
        claim["url"], "appear", passage=passage["ref"], position="asserts", speakers=speakers, figures=figures
    )
    (appearance,) = done.json()["appearances"]
    assert [s["name"] for s in appearance["speakers"]] == ["The bureau", "insiders"]
    waiting = one.act(claim["url"], "publish", 202)
    address, proposal = waiting.headers["Location"], waiting.json()
    assert (proposal["verb"], proposal["state"], proposal["about"]["key"]) == ("publish", "waiting", claim["key"])
    problem_of(one.post(f"{address}approve/", if_match=waiting.headers["ETag"]), 409)
    problem_of(reporter().act(address, "approve", 403), 403)
    approved = two.act(address, "approve").json()
    assert approved["state"] == "approved" and approved["decided_by"] == two.user.username
    shown = two.client.get(f"/api/v1/claims/{claim['key']}/").json()
    assert shown["statement"] == body["statement"] and shown["appearances"][0]["figures"][0]["words"] == "1.7百万"
    assert set(Change.objects.filter(by=one.user).values_list("via", flat=True)) == {"api"}


def test_nobody_approves_their_own():
    one = editor()
    claim = make_claim()
    waiting = one.act(at(claim), "withdraw", 202, because="Asked to.")
    told = problem_of(one.act(waiting.headers["Location"], "approve", 409), 409)
    assert told["type"].endswith("#problem-self-approval") and "another editor" in told["detail"]
    assert claim.proposals.get(verb="withdraw").state == "waiting"
    draft = make_draft()  # which one could change alone, and not decide about
    draft.hold("legal", because="A letter.", by=make_reporter())
    waiting = one.act(at(draft), "lift", 202, kind="legal", because="Settled.")
    problem_of(one.act(waiting.headers["Location"], "approve", 409), 409)
    assert draft.holds.live().exists()


def test_a_finding_names_its_evidence_by_keys_and_refs():
    claim, passage, origin = make_claim(), make_passage(), make_origin()
    one = reporter()
    citing = [
        {"stance": "contradicts", "passage": passage.ref},
        {"stance": "context", "reference": "A letter", "url": "https://example.org/", "origin": origin.key},
        {"stance": "context", "expression": "1 + 1", "printed": "2"},
    ]
    waiting = one.act(at(claim), "assess", 202, status="disputed", because="A log denies it.", citing=citing)
    body = waiting.json()["body"]
    assert body["citing"][0]["passage"] == passage.ref and body["citing"][1]["origin"] == origin.key
    assert "passage_id" not in str(body) and "seen" not in str(body)
    stored = claim.proposals.get(verb="assess").body
    assert stored["citing"][0]["passage_id"] == passage.pk and stored["citing"][1]["origin_id"] == origin.pk
    editor().act(waiting.headers["Location"], "approve")
    claim.refresh_from_db()
    assert claim.status == "disputed" and claim.assessment.citations.count() == 3


def test_a_finding_without_evidence_is_refused_with_a_pointer():
    told = problem_of(reporter().act(at(make_claim()), "assess", 422, status="verified", because="So.", citing=[]), 422)
    (error,) = told["errors"]
    assert error["pointer"] == "#/citing" and "supports the claim" in error["detail"]


def test_an_error_of_ours_is_corrected_in_the_open():
    claim, one = make_claim(), reporter()
    bare = {"statement": "The bridge was inspected once.", "headline": "Once", "code": "our_error"}
    told = problem_of(one.act(at(claim), "reword", 422, **bare), 422)
    assert told["errors"][0]["detail"].startswith("Say whether this is a correction")
    wrong = problem_of(one.act(at(claim), "reword", 422, **bare, correcting={"kind": "correction", "why": " "}), 422)
    assert wrong["errors"][0]["pointer"] == "#/correcting/why"
    waiting = one.act(at(claim), "reword", 202, **bare, correcting={"kind": "correction", "why": "We misread."})
    editor().act(waiting.headers["Location"], "approve")
    assert claim.corrections.get().why == "We misread."


def test_somebody_is_asked_and_what_came_of_it_is_recorded():
    claim, one, two = make_draft(), reporter(), editor()
    days = {"asked_on": "2026-10-01", "deadline": "2026-10-08"}
    asked = one.act(at(claim), "ask", to_name="The owner", channel="email", questions="Was it?", **days).json()
    (request,) = asked["requests"]
    one.act(at(claim), "answer", request=request["key"], outcome="no_reply")
    assert claim.asked.get().request.replies.get().outcome == "no_reply"
    public = make_claim()
    waiting = one.act(at(public), "ask", 202, to_name="The owner", why_not="He died.")
    two.act(waiting.headers["Location"], "approve")
    assert public.asked.get().request.why_not == "He died."
    waiting = one.act(at(make_draft()), "ask", 202, to_name="The owner", why_not="He died.", also=[public.key])


def test_a_claim_is_held_and_lifted():
    claim, one, two = make_draft(), reporter(), editor()
    held = one.post(f"{at(claim)}hold/", {"kind": "legal", "because": "A letter."}, 200, if_match="*").json()
    assert held["holds"] == [{"kind": "legal", "ends_at": None}]
    told = problem_of(one.act(at(claim), "hold", 422, kind="embargo", because="Until it is out."), 422)
    assert told["errors"][0]["detail"] == "Enter when the embargo ends"
    one.act(at(claim), "hold", kind="embargo", because="Until it is out.", ends_at="2099-01-01T10:00:00+01:00")
    waiting = one.act(at(claim), "lift", 202, kind="legal", because="Settled.")
    two.act(waiting.headers["Location"], "approve")
    assert [h.kind for h in claim.holds.live()] == ["embargo"]


def test_the_other_verbs_of_a_claim():
    one, two, three = reporter(), editor(), chief()
    claim, other, passage = make_draft(), make_draft("Another."), make_passage()
    one.act(at(claim), "appear", passage=passage.ref, position="reports")
    one.act(at(claim), "translate", passage=passage.ref, text="Words.", language="fr")
    assert passage.translations.get().made_by == one.user.username
    one.act(at(claim), "relate", other=other.key, kind="contradicts")
    told = one.act(at(claim), "end-relation", other=other.key, kind="contradicts", because="Two bridges.").json()
    assert told["relations"] == [] and claim.relations.get().until.note == "Two bridges."
    problem_of(one.act(at(claim), "end-relation", 422, other=other.key, kind="contradicts", because="Again."), 422)
    subject = make_subject()
    about = {"key": subject.key, "name": subject.name}
    assert one.act(at(claim), "add-subject", subject=subject.key).json()["subjects"] == [about]
    problem_of(one.act(at(claim), "add-subject", 422, subject=subject.key), 422)
    assert one.act(at(claim), "end-subject", subject=subject.key, because="Another.").json()["subjects"] == []
    problem_of(one.act(at(claim), "end-subject", 422, subject=subject.key, because="Another."), 422)
    one.act(at(claim), "strike", passage=passage.ref, because="Another bridge.")
    one.act(at(claim), "comment", text="  Look at this.  ")
    assert Comment.objects.get().text == "  Look at this.  "
    merged = one.act(at(other), "merge", 202, other=claim.key, because="They say the same.")
    assert merged.json()["body"] == {"other": claim.key, "because": "They say the same."}
    two.act(merged.headers["Location"], "approve")
    assert Claim.objects.get(pk=other.pk).merged_into == claim
    health = make_draft("He is ill.", sensitivity="health")
    problem_of(one.act(at(health), "release", 403, because="He said so."), 403)
    two.act(three.act(at(health), "release", 202, because="He said so.").headers["Location"], "approve")
    assert Claim.objects.get(pk=health.pk).released
    problem_of(two.act(at(claim), "redact", 403, words="the bridge", because="A court ordered it."), 403)
    three.act(at(claim), "redact", 202, words="never inspected", because="A court ordered it.")


def test_a_proposal_is_sent_back_and_taken_back():
    claim, one, two = make_claim(), reporter(), editor()
    waiting = one.act(at(claim), "withdraw", 202, because="Asked to.").headers["Location"]
    back = two.act(waiting, "send-back", reply="By whom?").json()
    assert (back["state"], back["reply"]) == ("returned", "By whom?")
    problem_of(two.act(waiting, "drop", 403), 403)
    assert one.act(waiting, "drop").json()["state"] == "dropped"
    problem_of(two.act(waiting, "approve", 422), 422)


def test_the_catalogue_is_kept():
    one, two = reporter(), editor()
    outlet = one.post("outlets/", {"name": "La Gazette", "kind": "newspaper", "language": "fr"}, 201).json()
    made = {"title": "Le pont", "language": "FR", "outlet": outlet["key"], "dated": "2023-06", "rights": "full"}
    source = one.post("sources/", made, 201).json()
    assert (source["language"], source["outlet"]) == ("fr", outlet["key"])
    assert one.act(source["url"], "edit", title="Le pont neuf").json()["title"] == "Le pont neuf"
    assert one.act(source["url"], "edit", outlet=None).json()["outlet"] is None
    told = problem_of(one.act(source["url"], "edit", 422, title="Le pont neuf"), 422)
    assert "how it stands already" in told["detail"]
    names = [{"text": "ビョルン", "language": "ja"}]
    subject = one.post("subjects/", {"name": "Björn", "kind": "person", "names": names}, 201).json()
    called = one.act(subject["url"], "also-called", text="Bjorn", language="en").json()
    assert {n["text"] for n in called["names"]} == {"ビョルン", "Bjorn"}
    ended = {"text": "Bjorn", "language": "EN", "because": "Another Björn."}
    assert [n["text"] for n in one.act(subject["url"], "end-name", **ended).json()["names"]] == ["ビョルン"]
    problem_of(one.act(subject["url"], "end-name", 422, **ended), 422)
    origin = one.post("origins/", {"name": "Reuters", "kind": "document"}, 201).json()
    one.act(f"origins/{source['origin']}/", "descend", upstream=origin["key"], kind="republishes")
    assert Source.objects.get(key=source["key"]).origin.upstreams.get().upstream.key == origin["key"]
    ended = {"upstream": origin["key"], "kind": "republishes", "because": "It came first."}
    assert one.act(f"origins/{source['origin']}/", "end-descent", **ended).json()["upstreams"] == []
    problem_of(one.act(f"origins/{source['origin']}/", "end-descent", 422, **ended), 422)
    public = make_claim().appearances.get().passage.capture.source
    waiting = one.act(at(public), "edit", 202, title="Other words")
    assert waiting.json()["body"] == {"title": "Other words"}
    two.act(waiting.headers["Location"], "approve")
    public.refresh_from_db()
    assert public.title == "Other words"
    taken = one.act(at(public), "retract", 202, because="Its publisher said so.").headers["Location"]
    two.act(taken, "approve")
    assert Source.objects.get(pk=public.pk).retracted


def test_a_chief_acts_alone_with_a_reason():
    public = make_claim().appearances.get().passage.capture.source
    done = chief().act(at(public), "edit", 200, title="Other words", override="Nobody is here.")
    assert done.json()["title"] == "Other words"
    assert Change.objects.latest("id").approval == "override"
    problem_of(editor().act(at(public), "edit", 403, title="More", override="I want to."), 403)


def test_texts_come_in_by_three_ways(outside):
    source, one = make_source(), reporter()
    address = f"{at(source)}captures/"
    raw = "<html><p>The bridge was inspected twice, and nobody was told of it.</p></html>".encode("utf-16")
    done = one.post(address, {"file": base64.b64encode(raw).decode(), "name": "a.html"}, 201, if_match="*")
    assert "inspected twice" in done.json()["text"]
    outside.pages["/page"] = "<p>The bridge was inspected thrice, and nobody was told of it.</p>"
    url = f"http://127.0.0.1:{outside.server_port}/page"
    done = one.post(address, {"url": url}, 201, if_match="*")
    assert "inspected thrice" in done.json()["text"]
    told = problem_of(one.post(address, {"url": url}, if_match="*"), 422)
    assert "kept already" in told["detail"] and not Incoming.objects.exists()
    assert problem_of(one.post(address, {"file": "?"}, if_match="*"), 422)["errors"][0]["pointer"] == "#/file"
    for body in ({}, {"text": "Two", "url": "https://example.org/"}):
        assert "one of the three" in problem_of(one.post(address, body, if_match="*"), 400)["detail"]


def test_regions_are_marked_and_a_text_is_read_to_the_end():
    capture, one = make_source("Menu. The bridge stood.").captures.get(), reporter()
    address = f"sources/{capture.source.key}/captures/{capture.sha256[:12]}/"
    one.act(address, "regions", kind="furniture", start=0, end=5)
    assert one.get(address).json()["regions"][0]["end"] == 5
    ended = {"kind": "furniture", "start": 0, "end": 5, "because": "It is of the text."}
    assert one.act(address, "end-region", **ended).json()["regions"] == []
    problem_of(one.act(address, "end-region", 422, **ended), 422)
    told = problem_of(one.act(address, "regions", 422, kind="furniture", start=0, end=500), 422)
    assert "has 23 characters" in told["detail"]
    one.act(address, "read")
    assert capture.read_by.by == one.user


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"exact": "not there"}, 422, "#/exact"),
        ({"exact": "the"}, 422, "#"),
        ({"exact": "the", "occurrence": 9}, 422, "#/occurrence"),
        ({"exact": "the bridge\u00a0stood"}, 422, "#/exact"),
        ({"capture": "0" * 12, "start": 0, "end": 3}, 422, "#/capture"),
        ({"exact": "the", "start": 0}, 400, "#"),
        ({}, 400, "#"),
    ],
)
def test_a_quotation_must_be_there_letter_for_letter(body, status, pointer):
    source = make_source("the bridge and the bridge stood")
    told = problem_of(reporter().post(f"{at(source)}passages/", body, if_match="*"), status)
    assert told["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("body", [{"exact": "Secret"}, {"exact": "Never"}, {"capture": "", "start": 0, "end": 6}])
@pytest.mark.parametrize("rights", ["quote", "full"])
def test_who_reads_only_what_readers_see_does_not_find_out_which_words_a_text_has(body, rights):
    capture = make_source("Secret words. Public words.", rights=rights).captures.get()
    make_claim(passage=capture.quote(14, 27, by=make_reporter()))
    one, address = reporter("record", "propose"), f"{at(capture.source)}passages/"
    sent = body | ({"capture": capture.sha256[:12]} if "capture" in body else {})
    assert "read-unpublished" in problem_of(one.post(address, sent, if_match="*"), 403)["detail"]
    problem_of(one.post(f"{at(make_source())}passages/", sent, if_match="*"), 404)
    assert capture.passages.count() == 1


def test_a_quotation_is_taken_by_its_place():
    source = make_source("橋は😀 stood and 橋は😀 fell")
    capture, one = source.captures.get(), reporter()
    taken = {"capture": capture.sha256[:12], "start": 2, "end": 9}
    assert one.post(f"{at(source)}passages/", taken, 201, if_match="*").json()["exact"] == "😀 stood"
    again = {"exact": "橋は😀", "occurrence": 2}
    assert one.post(f"{at(source)}passages/", again, 201, if_match="*").json()["start"] == 14


def test_words_are_kept_as_they_were_sent():
    words = "  The bridge\u00a0stood \u200b.\n"
    claim = Claim.objects.get(key=reporter().post("claims/", {"statement": words}, 201).json()["key"])
    assert claim.wording.statement == words


def test_what_an_editor_may_do_alone_is_done_at_once_at_a_desk_of_one(settings):
    settings.FACTDESK_TWO_PEOPLE = "nothing"
    done = editor().act(at(make_draft()), "publish")
    assert done.json()["public"] and Change.objects.latest("id").approval == "alone"
    assert reporter().act(at(make_draft()), "publish", 202)


def test_lists_are_read_page_by_page_and_a_parameter_that_is_not_known_is_refused(same_queries):
    one = editor()
    same_queries(lambda: one.get("claims/"), grow=make_draft)
    assess(make_claim(), "disputed")
    for name in ("claims", "sources", "outlets", "origins", "subjects", "proposals"):
        found = one.get(f"{name}/").json()
        for row in found["results"]:
            assert one.get(row["url"]).json()["url"] == row["url"]
    for n in range(26):
        make_draft(f"Claim {n}.")
    first = one.get("claims/").json()
    assert len(first["results"]) == 25
    assert len(one.get(first["next"]).json()["results"]) == Claim.objects.count() - 25
    assert [c["status"] for c in one.get("claims/?status=disputed").json()["results"]] == ["disputed"]
    assert one.get("claims/?q=Claim+25").json()["results"]
    assert "Did you mean stage?" in problem_of(one.get("claims/?stag=draft", 400), 400)["detail"]
    problem_of(one.get("claims/?stage=perhaps", 400), 400)
    problem_of(one.get("claims/?after=nowhere", 400), 400)


def test_the_account_and_the_scopes_of_a_token_are_told_to_it():
    one = reporter("record", "propose")
    told = one.get("").json()
    assert (told["account"], told["scopes"]) == (one.user.username, ["record", "propose"])
    assert one.secret not in str(told)


@pytest.mark.parametrize("make", [make_draft, make_claim])
def test_what_only_the_database_refuses_is_refused_in_words(make):
    """Check constraints are asked by no serializer."""
    claim, passage, one = make(), make_passage(), reporter()
    for figure in ({"low": "5", "high": "1"}, {"currency": "gbp"}):
        given = {"passage": passage.ref, "position": "asserts", "figures": [{"words": "five"} | figure]}
        told = problem_of(one.act(at(claim), "appear", 422, **given), 422)
        assert told["detail"].startswith("This is refused: ") and told["errors"][0]["code"] == "database"
    told = problem_of(one.act(at(claim), "relate", 422, other=claim.key, kind="contradicts"), 422)
    assert "claim is not related to itself" in told["detail"]


def test_a_claim_is_given_to_somebody():
    one, other, claim = editor(), make_reporter(), make_draft()
    one.act(at(claim), "assign", editor=other.username)
    assert claim.assignment_to.editor == other
    told = problem_of(one.act(at(claim), "assign", 400, editor="nobody-here"), 400)
    assert told["errors"][0]["pointer"] == "#/editor" and "There is no account nobody-here" in told["detail"]
    outsider = User.objects.create_user("outsider")
    told = problem_of(one.act(at(claim), "assign", 422, editor=outsider.username), 422)
    assert "cannot work on claims" in told["detail"] and Assignment.objects.get().editor == other


def test_a_source_is_watched_and_an_archive_asked(settings):
    settings.FACTDESK_ARCHIVE = "https://archive.example/save/"
    one, source = reporter(), make_source(url="https://example.org/a")
    assert one.act(at(source), "watch", wanted=True).json()["watched"]
    assert one.act(at(source), "watch", wanted=True).json()["watched"] and Watch.objects.count() == 1
    assert not one.act(at(source), "watch", wanted=False).json()["watched"] and not Watch.objects.exists()
    one.act(at(source), "archive")
    assert Archiving.objects.get().by == one.user
    nowhere = make_source()
    told = problem_of(one.act(at(nowhere), "watch", 422, wanted=True), 422)
    assert "no address that could be asked" in told["detail"]
    settings.FACTDESK_ARCHIVE = ""
    assert "asks no archive" in problem_of(one.act(at(source), "archive", 422), 422)["detail"]


def test_two_sources_that_read_alike_are_set_apart():
    one, source, other, third = reporter(), make_source(), make_source(), make_source()
    trace = Trace.objects.create(source=source, other=other, share=0.9)
    for this, that in [(source, other), (other, source)]:
        assert one.get(at(this)).json()["likenesses"] == [{"other": that.key, "share": 0.9}]
    told = problem_of(one.act(at(other), "apart", 422, other=third.key), 422)
    assert told["errors"][0]["pointer"] == "#/other" and "no likeness" in told["detail"]
    assert one.act(at(other), "apart", other=source.key).json()["likenesses"] == []
    trace.refresh_from_db()
    assert trace.answered_by == one.user


def test_what_a_reader_reported_is_read_by_two_and_answered(django_capture_on_commit_callbacks):
    one, two, claim = editor(), editor(), make_claim()
    said = {"what": "The date is wrong.", "how": "I was there.", "address": "reader@example.org"}
    report = Report.objects.send(**said, thing="claim", thing_key=claim.key)
    (row,) = one.get("reports/?state=new").json()["results"]
    assert (
        row["about"] == {"kind": "claim", "key": claim.key}
        and one.get("reports/?state=answered").json()["results"] == []
    )
    told = one.get(row["url"]).json()
    assert (told["what"], told["how"], told["wants_answer"]) == ("The date is wrong.", "I was there.", True)
    assert "reader@example.org" not in str(told)
    assert one.act(row["url"], "read").json()["state"] == "read_once"
    answer = {"outcome": "changed", "text": "We wrote the day.", "claim": claim.key}
    assert problem_of(one.act(row["url"], "answer", 409, **answer), 409)["type"].endswith("#problem-self-approval")
    told = problem_of(two.act(row["url"], "answer", 422, **answer, correction=3), 422)
    assert told["errors"][0]["pointer"] == "#/correction" and "no such correction" in told["detail"]
    seen = two.get(row["url"]).headers["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        done = two.act(row["url"], "answer", **answer).json()
    assert done["state"] == "answered" and done["read_by"] == [one.user.username, two.user.username]
    assert [(a["number"], a["outcome"], a["claim"], a["by"]) for a in done["answers"]] == [
        (1, "changed", claim.key, two.user.username)
    ]
    (letter,) = mail.outbox
    assert letter.to == ["reader@example.org"] and f"http://testserver{report.get_absolute_url()}" in letter.body
    problem_of(one.post(f"{row['url']}answer/", answer, if_match=seen), 412)
    assert not one.act(row["url"], "forget-address").json()["wants_answer"]


def test_what_readers_report_is_for_editors_alone():
    report = Report.objects.send(what="The date is wrong.")
    for program in (reporter(), editor("approve"), editor("read-unpublished", "record")):
        for address in ("reports/", f"reports/{report.key}/"):
            assert "date" not in str(problem_of(program.get(address, 403), 403))
        problem_of(program.post(f"reports/{report.key}/read/", if_match="*"), 403)
    assert not report.readings.exists()


def test_a_draft_is_discarded_by_one():
    one, draft = reporter(), make_draft()
    assert one.act(at(draft), "withdraw", 200, because="Recorded twice.").json()["stage"] == "withdrawn"
    assert one.client.get(f"/api/v1/claims/{draft.key}/").status_code == 404


def test_a_reply_at_a_desk_where_only_what_may_harm_needs_two_waits_for_the_second(settings):
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    claim, one = make_claim(), editor()
    one.act(
        at(claim), "ask", to_name="Lac", channel="email", questions="?", asked_on="2026-11-01", deadline="2026-11-08"
    )
    request = claim.asked.get().request
    waiting = one.act(at(claim), "answer", 202, request=request.key, outcome="declined")
    editor().act(waiting.headers["Location"], "approve")
    assert request.replies.get().outcome == "declined"


def test_who_names_no_version_acts_on_the_claim_as_it_stands():
    claim = make_draft()
    before = Claim.objects.get(pk=claim.pk)
    claim.reword(statement="The bridge was not inspected.", headline="", by=make_reporter())
    body = {"kind": "legal", "because": "A letter."}
    assert Proposal.objects.act_or_propose(before, "hold", by=make_reporter(), seen=None, body=body) is None
    assert claim.holds.live().exists()
