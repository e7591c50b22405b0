"""A program that works with a desk: a token, and requests as it would send them."""

import json
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from claims.models import Scope, Token

from .making import make_chief, make_editor, make_reporter

DESK = "/api/v1/desk/"
PROBLEM = "application/problem+json"
ALL = list(Scope)


def make_token(user, *scopes, name="A program"):
    ends = timezone.now() + timedelta(days=30)
    return Token.objects.make(by=user, name=name, scopes=scopes or _all_of(user), expires_at=ends)


def _all_of(user):
    roles = {"reporter": 3, "editor": 4, "chief": 5}
    return ALL[: roles[user.groups.get().name]]


class Program:
    """Acts in the name of an account."""

    def __init__(self, user, *scopes):
        self.user = user
        self.token, self.secret = make_token(user, *scopes)
        self.client = Client()

    def send(self, method, address, body=None, **headers):
        address = address if address.startswith(("/", "http")) else DESK + address
        given = {"authorization": f"Bearer {self.secret}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        more = {} if method in {"GET", "HEAD"} else {"data": data, "content_type": "application/json"}
        return self.client.generic(method, address.removeprefix("http://testserver"), headers=given, **more)

    def get(self, address, status=200, **headers):
        answer = self.send("GET", address, **headers)
        assert answer.status_code == status, answer.content
        return answer

    def post(self, address, body=None, status=None, **headers):
        answer = self.send("POST", address, body, **headers)
        assert status is None or answer.status_code == status, (answer.status_code, answer.content)
        return answer

    def act(self, address, verb, expected=200, /, **body):
        """Reads a thing, and acts on it as it stands."""
        tag = self.get(address).headers["ETag"]
        return self.post(f"{address.rstrip('/')}/{verb}/", body, expected, if_match=tag)


def reporter(*scopes):
    return Program(make_reporter(), *scopes)


def editor(*scopes):
    return Program(make_editor(), *scopes)


def chief(*scopes):
    return Program(make_chief(), *scopes)


def problem_of(answer, status):
    """What a refusal says, which is a problem in every case."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM), answer.content
    told = answer.json()
    assert told["status"] == status and told["type"].startswith("/api/docs/#problem-") and told["detail"]
    return told
