"""Who comes in, and what they may see."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.contrib.auth.models import User
from django.db.models import Q
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled

from sources.models import Capture, Origin, Outlet, Passage, Source
from sources.recording import may

from ...models import Claim, Proposal, Report, Scope, Subject, Token
from ...models.tokens import START
from ...problems import Refusal
from ...quoting import public_captures, public_passages
from ..throttling import PerAddress

NO_TOKEN = "Send a token of this desk in the header Authorization: Bearer …. Editors make theirs in the admin"
NOT_VALID = "This token is not one of this desk, or it is over, or it was revoked"
IN_ADDRESS = (
    "A token goes into the header Authorization, and never into an address, which others keep. Revoke this one, "
    "and make another"
)
A_TOKEN = re.compile(rf"(?i)(?:^|[?&;])(?:access_token|api_key|token|authorization)=|{START}[0-9a-z]{{8}}[\w-]{{20}}")


class ByToken(BaseAuthentication):
    """A token in the header. What an unknown one finds, and a missing one, is the same: nothing."""

    def authenticate(self, request):
        if A_TOKEN.search(unquote_plus(request.META.get("QUERY_STRING", ""))):
            raise Refusal(400, IN_ADDRESS)
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        token = Token.objects.of_secret(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            _refuse_many_tries(request)
            raise AuthenticationFailed(NOT_VALID) if scheme else NotAuthenticated(NO_TOKEN)
        token.note_use()
        return token.user, token

    def authenticate_header(self, request):
        return 'Bearer realm="FactDesk"'


def _refuse_many_tries(request) -> None:
    tries = PerAddress()
    if not tries.allow_request(request, None):
        raise Throttled(tries.wait())


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token of the desk, like fdk_…"}


@dataclass(frozen=True)
class Sight:
    """What a token may see: what readers see, and with its scope everything. All else is not there."""

    user: User
    everything: bool
    reports: bool  # what readers wrote to the desk is for its editors alone

    @classmethod
    def of_token(cls, user: User, token: Token) -> "Sight":
        everything = Scope.READ_UNPUBLISHED in token.scopes and may(user, "record")
        return cls(user, everything, everything and Scope.APPROVE in token.scopes and may(user, "approve"))

    def of(self, model: Any) -> Any:
        """The things of a model that it may see."""
        if model is Report:
            return Report.objects.all() if self.reports else Report.objects.none()
        return model._default_manager.all() if self.everything else PUBLIC[model](self.user)


# What each token may name.
PUBLIC: dict[type, Any] = {
    Claim: lambda user: Claim.objects.public(),
    Proposal: lambda user: Proposal.objects.filter(by=user),
    Source: lambda user: Source.objects.public(),
    Subject: lambda user: Subject.objects.with_page(),
    Outlet: lambda user: Outlet.objects.filter(sources__in=Source.objects.public()).distinct(),
    Origin: lambda user: Origin.objects.filter(
        Q(source__in=Source.objects.public()) | Q(source__isnull=True, citations__assessment__in=_shown())
    ).distinct(),
    Capture: lambda user: public_captures(),
    Passage: lambda user: public_passages(),
}


def _shown():
    return Claim.objects.public().filter(assessment__isnull=False).values("assessment")
