"""Who comes in at the addresses for tokens, with what, and how often; and what is answered to all others."""

import logging

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models.signals import post_save
from django.test import Client

from claims.interchange import dump
from claims.models import Answered, Claim, Proposal
from claims.models.resending import Lost
from sources.models import Change, Outlet, Source

from ..making import (
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
from ..programs import DESK, chief, editor, make_token, problem_of, reporter
from .test_desk_acts import at
from .test_redacting import everything_in_the_database

pytestmark = pytest.mark.django_db
RECORDED = {"statement": "The bridge stood."}


# -- tokens


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer fdk_00000000x", "Basic YTpi", "Token {}", "Bearer {}x", "{}"])
def test_without_a_valid_token_nothing_is_answered(client, sent):
    secret = make_token(make_reporter())[1]
    claim = make_claim()
    for address in ("", "claims/", at(claim), "claims/FD-0000000000/"):
        answer = client.get(DESK + address, headers={"authorization": sent.format(secret)})
        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Cache-Control"] == "no-store"
    problem_of(client.post(f"{DESK}claims/", RECORDED, content_type="application/json"), 401)


def test_a_token_ends_with_its_account_and_with_its_revocation():
    one = reporter()
    one.get("claims/")
    User.objects.filter(pk=one.user.pk).update(is_active=False)
    assert problem_of(one.send("GET", "claims/"), 401)["type"].endswith("#problem-no-token")
    two = reporter()
    two.token.revoke(by=two.user)
    assert problem_of(two.send("POST", "claims/", RECORDED), 401)["type"].endswith("#problem-no-token")


@pytest.mark.parametrize("asked", ["access_token={}", "token=abc", "q={}", "after=x&api_key=1"])
def test_a_token_in_an_address_is_refused_with_a_sentence(asked):
    one = editor()
    told = problem_of(one.send("GET", f"claims/?{asked.format(one.secret)}"), 400)
    assert "never into an address" in told["detail"] and one.secret not in str(told)


def test_public_addresses_never_look_at_a_token():
    one, draft, public = editor(), make_draft(), make_claim()
    bare = Client().get(f"/api/v1/claims/{public.key}/")
    with_token = one.get(f"/api/v1/claims/{public.key}/")
    assert bare.content == with_token.content and bare.headers["ETag"] == with_token.headers["ETag"]
    assert one.send("GET", f"/api/v1/claims/{draft.key}/").status_code == 404


def test_what_is_answered_to_a_token_is_kept_by_nobody_and_read_by_no_other_site():
    one, claim = editor(), make_draft()
    answers = [
        one.get(at(claim), origin="https://evil.example"),
        one.post("claims/", RECORDED, 201, origin="https://evil.example"),
        one.get("claims/FD-0000000000/", 404),
        one.post("claims/", {}, 400),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store" and not answer.cookies
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    again = one.send("GET", at(claim), if_none_match=answers[0].headers["ETag"])
    assert again.status_code == 200  # the tag names what a verb rests on, not every word that is shown


def test_a_canary_of_a_token_is_in_no_log_page_dump_or_table(caplog, client):
    caplog.set_level(logging.DEBUG)
    one = editor()
    claim = make_draft()
    said = [
        one.send("GET", at(claim)),
        one.send("POST", "claims/", b"{"),
        one.send("GET", f"claims/?token={one.secret}"),
    ]
    said.append(one.post("claims/", RECORDED, 201, idempotency_key="canary"))
    client.force_login(one.user)
    said += [client.get("/admin/claims/token/"), client.get(f"/admin/claims/token/{one.token.pk}/change/")]
    known = one.secret[len(one.token.shown) :]
    assert not [a for a in said if known in a.content.decode() or known in str(a.headers)]
    assert known not in caplog.text and known not in "\n".join(dump())
    assert known not in everything_in_the_database()


# -- what a token may see and do


def test_what_a_token_may_not_see_is_not_there():
    one, draft = reporter("record", "propose"), make_draft()
    hidden = make_source(confidential=True)
    for address in (at(draft), at(hidden), f"{at(hidden)}captures/{hidden.captures.get().sha256[:12]}/"):
        problem_of(one.get(address, 404), 404)
    problem_of(one.post(f"{at(draft)}hold/", {"kind": "legal", "because": "x"}, if_match="*"), 404)
    problem_of(one.get("claims/", 403), 403)
    public = make_claim()
    told = problem_of(one.act(at(public), "relate", 400, other=draft.key, kind="contradicts"), 400)
    absent = problem_of(one.act(at(public), "relate", 400, other="FD-0000000000", kind="contradicts"), 400)
    assert told["detail"].replace(draft.key, "FD-0000000000") == absent["detail"]


def test_what_a_token_may_not_see_it_cannot_name_in_a_body():
    one, claim = reporter("record", "propose"), make_claim()
    hidden = make_passage("Draft words.", outlet=Outlet.objects.add(by=make_reporter(), name="The bureau"))
    make_draft(passage=hidden)
    for address, name, thing in [
        (f"{at(claim)}appear/", "passage", hidden.ref),
        ("claims/", "subjects", make_subject().key),
        ("sources/", "outlet", hidden.capture.source.outlet.key),
        ("sources/", "origin", make_origin("A letter").key),
    ]:
        needed = {"claims/": {"statement": "x"}, "sources/": {"title": "x", "language": "en"}}
        body = needed.get(address, {"position": "asserts"}) | {name: [thing] if name == "subjects" else thing}
        told = problem_of(one.post(address, body, if_match=one.get(at(claim)).headers["ETag"]), 400)
        assert "There is no " in told["detail"] and f"{thing}." in told["detail"]
        editor().post(address, body, if_match=one.get(at(claim)).headers["ETag"]).json()["url"]


def test_a_token_that_reads_nothing_hidden_is_told_the_name_of_what_it_did():
    one = reporter("record", "propose")
    assert set(one.post("claims/", RECORDED, 201).json()) == {"url", "key"}
    waiting = one.act(at(make_claim()), "withdraw", 202, because="Asked to.")
    assert waiting.json()["state"] == "waiting" and len(one.get("proposals/").json()["results"]) == 1
    assert set(one.get(at(make_claim())).json()) == {"url", "key"}


@pytest.mark.parametrize(
    ("scopes", "status"), [(["read-unpublished"], 403), (["read-unpublished", "propose"], 403), (["record"], 201)]
)
def test_an_act_needs_its_scope(scopes, status):
    assert chief(*scopes).send("POST", "claims/", RECORDED).status_code == status


def test_a_comment_needs_the_scope_to_record_and_taking_back_that_to_propose():
    one, claim = chief("read-unpublished"), make_claim()
    problem_of(one.act(at(claim), "comment", 403, text="Look."), 403)
    mine = claim.propose("withdraw", by=one.user, because="Asked to.")
    problem_of(one.act(at(mine), "drop", 403), 403)
    assert claim.comments.count() == 0 and Proposal.objects.get(pk=mine.pk).state == "waiting"


def test_a_role_that_was_taken_away_ends_what_the_token_could_do():
    one = editor()
    waiting = reporter().act(at(make_claim()), "withdraw", 202, because="Asked to.").headers["Location"]
    one.user.groups.clear()
    for status, *asked in [
        (403, "GET", "claims/"),
        (404, "POST", f"{waiting}approve/"),
        (403, "POST", "claims/", RECORDED),
    ]:
        assert problem_of(one.send(*asked, if_match="*"), status)["status"] == status


# -- on which version


def test_an_act_on_what_is_there_names_the_version_that_was_seen():
    claim, one = make_draft(), editor()
    body = {"statement": "Other words.", "headline": "Other"}
    told = problem_of(one.post(f"{at(claim)}reword/", body), 428)
    assert "If-Match" in told["detail"]
    problem_of(one.post(f"{at(claim)}reword/", body, if_match="*"), 428)
    problem_of(one.post(f"{at(claim)}reword/", body, if_match="abc"), 400)
    tag = one.get(at(claim)).headers["ETag"]
    done = one.post(f"{at(claim)}reword/", body, 200, if_match=f'"other", {tag}')
    assert done.headers["ETag"] != tag and done.headers["Content-Location"].endswith(at(claim))
    stale = one.post(f"{at(claim)}reword/", body | {"statement": "More."}, if_match=tag)
    told = problem_of(stale, 412)
    assert f'"{told["current_version"]}"' == stale.headers["ETag"] == done.headers["ETag"]
    assert told["current"]["statement"] == "Other words."
    problem_of(one.post(f"{at(claim)}reword/", body, if_match=f"W/{done.headers['ETag']}"), 412)
    claim.refresh_from_db()
    assert claim.wording.statement == "Other words."


def test_a_proposal_is_decided_as_it_was_seen():
    claim, one, two = make_claim(), reporter(), editor()
    waiting = one.act(at(claim), "withdraw", 202, because="Asked to.")
    tag, address = two.get(waiting.headers["Location"]).headers["ETag"], waiting.headers["Location"]
    problem_of(two.post(f"{address}approve/"), 428)
    problem_of(two.post(f"{address}approve/", if_match="*"), 428)
    other = claim.propose("reword", by=one.user, headline="H", statement="New.", code="new_evidence", because="So.")
    other.approve(by=make_editor())
    told = problem_of(two.post(f"{address}approve/", if_match=tag), 412)
    assert told["current"]["stale"] is True
    claim.refresh_from_db()
    assert claim.public


def test_a_row_of_the_catalogue_is_edited_as_it_was_seen():
    source, one = make_source(), reporter()
    tag = one.get(at(source)).headers["ETag"]
    one.post(f"{at(source)}edit/", {"title": "First"}, 200, if_match=tag)
    problem_of(one.post(f"{at(source)}edit/", {"title": "Second"}, if_match=tag), 412)
    assert Source.objects.get(pk=source.pk).title == "First"


# -- once


@pytest.mark.parametrize("key", ["8e03978e-40d5-43dd-bc93-6894a57f9324", '"8e03978e-40d5"', '"a \\"b\\" \\\\ c"'])
def test_what_is_sent_twice_is_done_once(key):
    one = reporter()
    first = one.post("claims/", RECORDED, 201, idempotency_key=key)
    again = one.post("claims/", RECORDED, 201, idempotency_key=key)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"] and "Idempotency-Replayed" not in first.headers
    assert Claim.objects.count() == 1
    other = problem_of(one.post("claims/", {"statement": "Other."}, idempotency_key=key), 422)
    assert other["type"].endswith("#problem-idempotency-mismatch")
    problem_of(one.post("outlets/", RECORDED, idempotency_key=key), 422)
    assert reporter().post("claims/", RECORDED, 201, idempotency_key=key).json()["key"] != first.json()["key"]


def test_what_was_sent_to_a_second_editor_because_one_may_not_is_answered_again(settings):
    """That it was tried first asks no more of the token than the proposal did."""
    settings.FACTDESK_TWO_PEOPLE = "sensitive"
    claim, one, body = make_claim(), reporter(), {"subject": make_subject().key}
    sent = {"if_match": one.get(at(claim)).headers["ETag"], "idempotency_key": "k"}
    first = one.post(f"{at(claim)}add-subject/", body, 202, **sent)
    again = one.post(f"{at(claim)}add-subject/", body, 202, **sent)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"


def test_an_act_that_was_done_is_answered_again_though_the_thing_has_moved_on():
    claim, one = make_draft(), reporter()
    tag = one.get(at(claim)).headers["ETag"]
    sent = {"body": {"statement": "Other.", "headline": "O"}, "if_match": tag, "idempotency_key": "k"}
    first = one.post(f"{at(claim)}reword/", status=200, **sent)
    assert one.post(f"{at(claim)}reword/", status=200, **sent).json() == first.json()
    assert claim.wordings.count() == 2


def withdrawing(one):
    claim = make_claim()
    return f"{at(claim)}withdraw/", {"because": "Asked to."}, one.get(at(claim)).headers["ETag"]


def recording(one):
    return "claims/", RECORDED, None


def approving(one):
    waiting = make_claim().propose("withdraw", by=make_reporter(), because="Asked to.")
    return f"{at(waiting)}approve/", {}, one.get(at(waiting)).headers["ETag"]


@pytest.mark.parametrize(
    ("begun", "left"),
    [(withdrawing, []), (recording, []), (approving, ["record", "propose"]), (withdrawing, ["propose"])],
)
def test_what_was_answered_is_told_again_to_who_could_still_do_it_and_to_nobody_else(begun, left):
    """The last: who may still propose, and read no more what the answer tells."""
    one = editor()
    address, body, tag = begun(one)
    sent = {"body": body, "idempotency_key": "k"} | ({"if_match": tag} if tag else {})
    first = one.post(address, **sent)
    before, roles = Change.objects.count(), list(one.user.groups.all())
    less = Group.objects.create(name="Less than before")
    less.permissions.set(Permission.objects.filter(content_type__app_label="claims", codename__in=left))
    one.user.groups.set([less])
    problem_of(one.post(address, **sent), 403)
    one.user.groups.set(roles)
    again = one.post(address, status=first.status_code, **sent)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert Change.objects.count() == before


def test_what_was_answered_is_not_told_again_of_what_the_token_sees_no_more():
    claim, one = make_claim(), reporter("record", "propose")
    sent = {"body": {"because": "Asked to."}, "if_match": one.get(at(claim)).headers["ETag"], "idempotency_key": "k"}
    waiting = one.post(f"{at(claim)}withdraw/", status=202, **sent)
    claim.hold("legal", because="A letter.", **two())
    problem_of(one.post(f"{at(claim)}withdraw/", **sent), 404)
    claim.lift("legal", because="Settled.", **two())
    assert one.post(f"{at(claim)}withdraw/", status=202, **sent).json() == waiting.json()


def test_a_refusal_is_not_kept_and_the_same_may_be_sent_anew():
    claim, one = make_claim(), reporter()
    tag = one.get(at(claim)).headers["ETag"]
    sent = {"body": {"because": ""}, "if_match": tag, "idempotency_key": "k"}
    problem_of(one.post(f"{at(claim)}withdraw/", **sent), 422)
    assert not Answered.objects.exists()
    one.post(f"{at(claim)}withdraw/", **sent | {"body": {"because": "Asked to."}}, status=202)
    assert Proposal.objects.filter(verb="withdraw").count() == 1


def test_what_is_in_flight_is_not_begun_again_until_its_lease_is_over():
    one = reporter()
    row = Answered.objects.begin(one.token, "k", "POST", f"{DESK}claims/", b'{"statement": "The bridge stood."}')
    answer = one.post("claims/", RECORDED, idempotency_key="k")
    assert problem_of(answer, 409)["type"].endswith("#problem-in-flight") and answer.headers["Retry-After"]
    Answered.objects.filter(pk=row.pk).update(begun_at=row.begun_at.replace(year=2020))
    one.post("claims/", RECORDED, 201, idempotency_key="k")
    with pytest.raises(Lost):  # who was thought dead does nothing any more
        row.note(201, {}, {})
    assert Claim.objects.count() == 1


def test_who_lost_the_right_to_answer_has_done_nothing():
    """Another process took over while this one was at work: it commits neither its act nor its answer."""
    one = reporter()

    def take_over(**kwargs):
        Answered.objects.update(holder=b"another" * 2)

    post_save.connect(take_over, sender=Claim)
    try:
        problem_of(one.post("claims/", RECORDED, idempotency_key="k"), 409)
    finally:
        post_save.disconnect(take_over, sender=Claim)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("key", ['""', "", "x" * 300, "\x7f"])
def test_a_key_that_is_none_is_refused(key):
    told = problem_of(reporter().post("claims/", RECORDED, idempotency_key=key), 400)
    assert "Idempotency-Key" in told["detail"] and not Claim.objects.exists()


# -- how often


@pytest.fixture
def few(settings):
    settings.FACTDESK_API_PER_ADDRESS = settings.FACTDESK_API_PER_TOKEN = 3


def test_one_address_asks_so_often_and_no_more(client, few):
    assert [client.get("/api/v1/subjects/").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/api/v1/subjects/")
    assert "Too many requests" in problem_of(answer, 429)["detail"] and 0 < int(answer.headers["Retry-After"]) <= 60
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/api/v1/subjects/", REMOTE_ADDR="192.0.2.1").status_code == 200
    assert editor().get("subjects/")


def test_tokens_are_not_guessed_at_any_speed(client, few):
    tries = [client.get(DESK, headers={"authorization": f"Bearer fdk_{n}"}).status_code for n in range(5)]
    assert tries == [401, 401, 401, 429, 429]


def test_one_token_acts_so_often_and_no_more(few):
    one, two = editor(), editor()
    assert [one.send("GET", "subjects/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert two.send("GET", "subjects/").status_code == 200


def test_a_request_that_is_let_in_writes_nothing(django_assert_num_queries):
    one = editor()
    one.get("subjects/")
    with django_assert_num_queries(4) as asked:
        one.get("subjects/")
    assert not [q for q in asked.captured_queries if not q["sql"].startswith("SELECT")]
