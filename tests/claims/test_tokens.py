"""Tokens: made in the admin, shown once, kept as a hash, limited by their scopes, their account and their time."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from claims.models import Scope, Token
from claims.models.tokens import ACTS, START
from claims.roles import ROLES
from sources.models import Via
from sources.recording import may, refuse_unless_may, through

from ..making import make_chief, make_editor, make_reporter

pytestmark = pytest.mark.django_db
ADD = "/admin/claims/token/add/"


def make(user, *scopes, days=30):
    ends = timezone.now() + timedelta(days=days)
    return Token.objects.make(by=user, name="A program", scopes=scopes or ["record"], expires_at=ends)


def made_on_the_page(client, **fields):
    answer = client.post(ADD, {"name": "A bot", "scopes": ["record"], "days": "30"} | fields)
    return answer, re.search(rf'<code id="token">({START}[^<]+)<', answer.content.decode())


def test_a_token_is_shown_once_and_kept_as_a_hash(client):
    client.force_login(make_reporter())
    answer, found = made_on_the_page(client)
    assert found and "no-store" in answer.headers["Cache-Control"]
    secret, token = found[1], Token.objects.get()
    assert len(secret) >= 43 + len(START) and secret.startswith(token.shown)
    assert secret not in str(Token.objects.values().get())
    for page in (reverse("admin:claims_token_changelist"), reverse("admin:claims_token_change", args=[token.pk])):
        shown = client.get(page)
        assert shown.status_code == 200 and secret not in shown.content.decode()
        assert token.shown in shown.content.decode()
    assert Token.objects.of_secret(secret) == token
    assert Token.objects.of_secret(secret[:-1]) is None and Token.objects.of_secret("\ud800") is None


def test_two_tokens_are_never_alike():
    user = make_reporter()
    assert len({make(user)[1] for _ in range(20)}) == 20


def test_only_what_the_role_allows_is_offered(client):
    client.force_login(make_reporter())
    page = client.get(ADD).content.decode()
    assert 'value="propose"' in page and 'value="approve"' not in page and 'value="administer"' not in page
    assert made_on_the_page(client, scopes=["approve"])[1] is None
    with pytest.raises(ValidationError, match="cannot approve"):
        make(make_reporter(), "approve")
    assert not Token.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_it_ends_within_a_year(days):
    with pytest.raises(ValidationError, match="ends within"):
        make(make_reporter(), days=days)


def test_it_opens_nothing_once_it_is_over_or_revoked_or_its_account_is_closed():
    user = make_editor()
    token, secret = make(user)
    assert Token.objects.of_secret(secret)
    user.is_active = False
    user.save()
    assert Token.objects.of_secret(secret) is None
    user.is_active = True
    user.save()
    Token.objects.update(made_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(seconds=1))
    assert Token.objects.of_secret(secret) is None
    token, secret = make(user)
    token.revoke(by=user)
    assert Token.objects.of_secret(secret) is None


def test_others_neither_see_nor_revoke_it_but_who_manages_the_desk(client):
    token, _ = make(make_reporter())
    page, revoke = reverse("admin:claims_token_change", args=[token.pk]), reverse("admin:token_revoke", args=[token.pk])
    client.force_login(make_editor())
    assert client.get(page).status_code == 302 and client.post(revoke, {"sure": "1"}).status_code == 404
    assert token.shown not in client.get("/admin/claims/token/").content.decode()
    with pytest.raises(PermissionDenied):
        token.revoke(by=make_editor())
    chief = make_chief()
    client.force_login(chief)
    assert token.shown in client.get("/admin/claims/token/").content.decode()
    assert client.get(page).status_code == 200 and client.post(revoke, {"sure": "1"}).status_code == 302
    token.refresh_from_db()
    assert token.revoked_by == chief


def test_its_use_is_noted_once_a_minute(django_assert_num_queries):
    token, secret = make(make_reporter())
    token.note_use()
    token = Token.objects.of_secret(secret)
    assert token.used_at
    with django_assert_num_queries(0):
        token.note_use()
    Token.objects.update(used_at=timezone.now() - timedelta(minutes=2))
    token = Token.objects.of_secret(secret)
    with django_assert_num_queries(1):
        token.note_use()


def test_every_act_of_a_role_is_in_one_scope():
    acts = [act for acts in ACTS.values() for act in acts]
    assert sorted(acts) == sorted(set(ROLES["chief"])) and set(ACTS) == set(Scope)


def test_an_act_needs_the_scope_and_the_role():
    chief, other = make_chief(), make_chief()
    with through(Via.API, bounds=(chief.pk, frozenset({"record"}))):
        assert may(chief, "record") and not may(chief, "release")
        assert may(other, "release")  # whose proposal it approves is bound by no token
        with pytest.raises(PermissionDenied, match="This token cannot approve"):
            refuse_unless_may(chief, "approve")
    reporter = make_reporter()
    with through(Via.API, bounds=(reporter.pk, frozenset({"approve"}))), pytest.raises(PermissionDenied, match="role"):
        refuse_unless_may(reporter, "approve")
