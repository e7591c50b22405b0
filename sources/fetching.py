"""The one way out: every address that the desk asks for itself is asked for here, and nowhere else.

A name is resolved once, every address that it has must be a public one, and the connection goes to that very address,
so that neither a second answer of the name server nor a redirect leads to a machine inside. Proxies of the environment
are not used. See security.md T15 of the desk's threat model; the networks are those of the IANA special-purpose
registries (RFC 6890 and its successors).
"""

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2
from django.conf import settings
from django.core.exceptions import ValidationError

TRIES, REDIRECTS = 3, 3
NO_ADDRESS = "This is not an address. Enter one like https://example.org/article"
CHUNK = 64 * 1024
GZIP = b"\x1f\x8b"
SLOW = "slow"
_OURS = {"User-Agent": "FactDesk (fact-checking desk)", "Accept-Encoding": "identity", "Accept": "*/*"}
NOT_PUBLIC = [
    ipaddress.ip_network(n)
    for n in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16"),
    )
]
GLOBAL_V6 = ipaddress.ip_network("2000::/3")  # all else of IPv6 is local, mapped, translated or multicast


class NotFetched(ValidationError):
    """Nothing came of an address; the message says why and what to do."""


@dataclass(frozen=True)
class Fetched:
    """What an address answered. `raw` is the body as the document is, without its transfer encoding."""

    url: str
    final_url: str
    status: int
    headers: dict[str, str]
    raw: bytes
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def told(self) -> dict:
        """What there is to know of the answer but its body, as plain values."""
        known = {"url": self.url, "final_url": self.final_url, "status": self.status, "headers": self.headers}
        return known | {"at": self.at.isoformat(timespec="seconds")}

    @property
    def charset(self) -> str:
        """The encoding that the server names, if it names one."""
        _, _, rest = self.headers.get("content-type", "").lower().partition("charset=")
        return rest.partition(";")[0].strip(" \"'")


def fetch(url: str, *, known: dict[str, str] | None = None) -> Fetched:
    """What stands at an address now. `known`: the ETag and Last-Modified of what is held, for a 304 answer."""
    address = checked(url)
    ends = time.monotonic() + settings.FACTDESK_FETCH_SECONDS
    for _ in range(REDIRECTS + 1):
        with _client(ends) as client:  # a new one for each, so that no cookie goes along
            answer = _ask(client, address, known or {}, ends)
        if answer.status not in {301, 302, 303, 307, 308}:
            return Fetched(url, address, answer.status, answer.headers, answer.raw)
        try:
            address = checked(urljoin(address, answer.headers.get("location", "")))
        except ValueError:
            raise NotFetched(NO_ADDRESS) from None
    raise NotFetched(f"The address led on more than {REDIRECTS} times. Enter the address at which the text stands")


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Fetched:
    """Sends something to an address, once: what is tried again is its caller's to say, and no redirect is followed.

    Of the answer its status and headers count; nobody reads more.
    """
    address, late = checked(url), f"No answer within {seconds:g} seconds"
    with _client(time.monotonic() + seconds) as client:
        try:
            with client.stream(
                "POST", address, content=body, headers={**_OURS, **headers}, timeout=seconds
            ) as response:
                named = {k.lower(): v for k, v in response.headers.items()}
                return Fetched(url, address, response.status_code, named, b"")
        except (httpx2.InvalidURL, UnicodeError):
            raise NotFetched(NO_ADDRESS) from None
        except NotFetched as refusal:
            raise NotFetched(late) if getattr(refusal, "code", "") == SLOW else refusal from None
        except httpx2.TimeoutException:
            raise NotFetched(late) from None
        except httpx2.HTTPError as error:
            raise NotFetched(f"No answer: {type(error).__name__}") from error


def refuse_inside(url: str) -> None:
    """Refuses an address that is not one, or that leads inside a network as its name stands now."""
    parts = urlsplit(checked(url))
    try:
        _addresses(str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80))
    except httpcore2.ConnectError:
        raise NotFetched("No machine has this name. Check the address") from None


def checked(url: str) -> str:
    """The address, if it is one that we ask for."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise NotFetched(NO_ADDRESS) from None
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "\\" in url
        or any(ord(c) < 33 for c in url.strip())
    ):
        raise NotFetched(NO_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise NotFetched("The address holds a name or a password. Take it out")
    if port not in {None, 80, 443} and not is_also_allowed(parts.hostname, port):
        raise NotFetched("Only addresses without a port of their own are asked for")
    return url.strip()


def is_public(address: str) -> bool:
    """Whether an IP address is one that everybody can reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.version == 6 and ip not in GLOBAL_V6:
        return False
    return not any(ip.version == n.version and ip in n for n in NOT_PUBLIC)


def is_also_allowed(host: str, port: int | None) -> bool:
    """Whether the operator named this very machine and port, inside as it may be."""
    return f"{host}:{port}" in settings.FACTDESK_FETCH_ALSO


def _addresses(host: str, port: int) -> list[str]:
    """The addresses that a name has now, each of which everybody can reach or the operator allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(str(error)) from error
    addresses = list(dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found))
    if not addresses or not all(is_public(a) or is_also_allowed(a, port) for a in addresses):
        raise NotFetched("This address is inside a network. Only public addresses are asked for")
    return addresses


class InTime(httpcore2.NetworkStream):
    """A connection that is given up when the time is over, however slowly it drips."""

    def __init__(self, stream, ends: float):
        self.stream, self.ends = stream, ends

    def _left(self, timeout) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise NotFetched(_took_too_long(), code=SLOW)
        return min(left, timeout or left)

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, self._left(timeout))

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, self._left(timeout))

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return InTime(self.stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self.ends)

    def close(self):
        self.stream.close()

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)


def _took_too_long() -> str:
    return f"The address took longer than {settings.FACTDESK_FETCH_SECONDS} seconds. Paste the text or try again"


class Pinned(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, and to no other."""

    def __init__(self, ends: float):
        self.ends = ends

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        addresses = _addresses(host, port)
        for n, address in enumerate(addresses, 1):
            try:
                stream = httpcore2.SyncBackend().connect_tcp(address, port, timeout, local_address, socket_options)
                return InTime(stream, self.ends)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if n == len(addresses) or time.monotonic() > self.ends:
                    raise
        raise AssertionError("the last address connects or raises")

    def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise NotFetched(NO_ADDRESS)


@cache
def _tls() -> ssl.SSLContext:
    """Whom we believe who they are; read once, as it takes longer than to ask."""
    return httpx2.create_ssl_context(trust_env=False)


def _client(ends: float) -> httpx2.Client:
    transport = httpx2.HTTPTransport(verify=_tls(), trust_env=False)
    transport._pool = httpcore2.ConnectionPool(
        ssl_context=_tls(),
        network_backend=Pinned(ends),
        max_keepalive_connections=0,
    )
    return httpx2.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=10)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    raw: bytes


def _ask(client: httpx2.Client, address: str, known: dict[str, str], ends: float) -> _Answer:
    headers = {**_OURS, **known}
    for tried in range(1, TRIES + 1):
        try:
            with client.stream("GET", address, headers=headers) as response:
                named = {k.lower(): v for k, v in response.headers.items()}
                return _Answer(response.status_code, named, b"".join(_body(response, named, ends)))
        except (httpx2.InvalidURL, UnicodeError):
            raise NotFetched(NO_ADDRESS) from None
        except zlib.error:
            raise NotFetched("The address answers in an encoding that cannot be unpacked. Paste the text") from None
        except httpx2.HTTPError as error:
            if tried == TRIES or time.monotonic() > ends:
                raise NotFetched(
                    f"The address did not answer (tried {tried} times). Paste the text or try again"
                ) from error
            time.sleep(0.2 * tried)
    raise AssertionError("the last try returns or raises")


def _body(response, headers: dict[str, str], ends: float) -> Iterator[bytes]:
    """The document, a piece at a time, up to the size and the time that we allow."""
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "deflate", ""}:
        raise NotFetched("The address answers in an encoding that we did not ask for. Paste the text")
    unpack = zlib.decompressobj(47) if encoding in {"gzip", "deflate"} else None
    size = 0
    for piece in response.iter_raw():
        while piece:
            part = unpack.decompress(piece, CHUNK) if unpack else piece
            piece = unpack.unconsumed_tail if unpack else b""
            if unpack and unpack.eof and unpack.unused_data.startswith(GZIP):  # a further member of the same answer
                piece, unpack = unpack.unused_data, zlib.decompressobj(47)
            size += len(part)
            if size > settings.FACTDESK_MAX_BYTES:
                raise NotFetched(too_large(size))
            yield part
        if time.monotonic() > ends:
            raise NotFetched(_took_too_long())
    if unpack and not unpack.eof:
        raise NotFetched("The address broke off in the middle of its answer. Try again, or paste the text")


def too_large(size: int) -> str:
    limit = settings.FACTDESK_MAX_BYTES // 1_000_000
    return f"The file is {max(limit + 1, round(size / 1_000_000))} MB. Upload one of up to {limit} MB"
