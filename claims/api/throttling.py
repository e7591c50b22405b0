"""How many requests the API takes: counted in the cache, by the minute, without a write to the database."""

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from ..receiving import place_of, seconds_over

MINUTE = 60


class Throttle(BaseThrottle):
    """So many a minute of one kind."""

    seconds = 0

    def counted(self, name: str, most: int) -> bool:
        self.seconds = seconds_over(f"api:{name}", most, MINUTE) if most else 0
        return not self.seconds

    def wait(self):
        return self.seconds or None


class PerAddress(Throttle):
    """Of one address, without a token."""

    def allow_request(self, request, view):
        return self.counted(place_of(request), settings.FACTDESK_API_PER_ADDRESS)


class PerToken(Throttle):
    """With one token."""

    def allow_request(self, request, view):
        return self.counted(f"token-{request.auth.pk}", settings.FACTDESK_API_PER_TOKEN)
