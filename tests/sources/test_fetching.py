"""The fetcher: a server inside stands ready to be reached, and never is."""

import socket

import pytest

from sources.fetching import NotFetched, fetch, is_public, post, refuse_inside

from ..serving import PAGE, serving

pytestmark = pytest.mark.slow

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.1.:80/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::7f00:1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25lo]/",
    "http://[fc00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2001:db8::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,hello",
    "http://user:secret@example.org/",
    "http://example.org:22/",
    "http:\\\\127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http:///etc/passwd",
    "//127.0.0.1/",
    "http://exa mple.org/",
    "http://\r\nHost: inside/",
    "https://①②⑦.⓪.⓪.①/",
    "",
]


@pytest.fixture
def inside():
    """A machine inside, which nobody may reach through us."""
    server = serving()
    yield server
    server.shutdown()
    assert server.asked == []


def address(server, path):
    return f"http://127.0.0.1:{server.server_port}/{path}"


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url, inside, outside):
    with pytest.raises(NotFetched):
        fetch(url)


@pytest.mark.parametrize("url", INSIDE[:33])
def test_a_redirect_to_an_address_inside_is_refused(url, inside, outside):
    with pytest.raises(NotFetched):
        fetch(address(outside, f"to?{url}"))
    assert len(outside.asked) == 1


def test_another_port_of_an_allowed_machine_is_not_allowed(inside, outside):
    with pytest.raises(NotFetched, match="port of their own"):
        fetch(address(inside, ""))
    with pytest.raises(NotFetched, match="port of their own"):
        fetch(address(outside, f"to?{address(inside, '')}"))


def test_a_name_with_one_address_inside_is_refused(monkeypatch, inside, outside):
    mixed = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("93.184.216.34", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: mixed)
    with pytest.raises(NotFetched, match="inside a network"):
        fetch("http://example.org/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, outside):
    """A name that answers otherwise the second time is not asked a second time."""
    answers = iter([("127.0.0.1", outside.server_port), ("10.0.0.1", 80)])
    asked = []

    def resolve(host, port, *args, **kwargs):
        if host == "rebinding.example":
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]
        return real(host, port, *args, **kwargs)

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(NotFetched):  # the name is not allowed by name, whatever it resolves to
        fetch(f"http://rebinding.example:{outside.server_port}/")
    assert asked == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch, inside, outside):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, address(inside, ""))
    assert fetch(address(outside, "page")).raw == PAGE


def test_a_page_comes_with_its_headers_and_its_final_address(outside):
    found = fetch(address(outside, "to?/page"))
    assert (found.raw, found.status, found.media_type, found.charset) == (PAGE, 200, "text/html", "shift_jis")
    assert found.final_url == address(outside, "page")


def test_a_packed_answer_is_unpacked(outside):
    assert fetch(address(outside, "zip")).raw == PAGE
    assert fetch(address(outside, "zips")).raw == PAGE + b"<p>More.</p>"


@pytest.mark.parametrize("path", ["big", "bomb"])
def test_what_is_too_large_is_refused_before_it_is_read_whole(path, outside):
    with pytest.raises(NotFetched, match="Upload one of up to 2 MB"):
        fetch(address(outside, path))


def test_an_endless_line_of_redirects_is_left(outside):
    with pytest.raises(NotFetched, match="led on more than 3 times"):
        fetch(address(outside, f"to?{address(outside, 'to?/to?/to?/to?/page')}"))


def test_what_did_not_change_is_not_fetched_again(outside):
    assert fetch(address(outside, "known"), known={"If-None-Match": '"one"'}).status == 304


def test_a_machine_that_does_not_answer_is_told_in_words(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.FACTDESK_FETCH_ALSO = [f"127.0.0.1:{port}"]
    with pytest.raises(NotFetched, match="did not answer \\(tried 3 times\\). Paste the text or try again"):
        fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1", "2a00:1450:4001::1"])
def test_a_public_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_is_sent_to_an_address_inside(url, inside, outside):
    with pytest.raises(NotFetched):
        post(url, b"{}", {}, seconds=2)
    with pytest.raises(NotFetched):
        refuse_inside(url)
    assert inside.got == []


def test_what_is_sent_goes_out_once_and_is_not_waited_for_longer_than_said(outside):
    hook = f"http://127.0.0.1:{outside.server_port}/hook"
    outside.answers = [307]
    answer = post(hook, b"{}", {"webhook-id": "evt_1"}, seconds=2)
    assert (answer.status, answer.headers["location"]) == (307, "/elsewhere")
    ((headers, body),) = outside.got
    assert (headers["webhook-id"], body) == ("evt_1", b"{}")
    outside.slow = 1
    with pytest.raises(NotFetched, match="No answer within 0.3 seconds"):
        post(hook, b"{}", {}, seconds=0.3)
    assert len(outside.got) == 2 and outside.asked == []
