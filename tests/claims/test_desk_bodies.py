"""Bodies as strangers send them, in the manner of JSONTestSuite: none breaks anything, and none is half understood."""

import json

import pytest
from django.db import transaction

from claims.api.desk import urls
from claims.api.desk.parsing import NotRight, read

from ..making import make_editor, make_reporter
from ..programs import PROBLEM, Program, problem_of
from .test_desk_matrix import ROUTES, VERBS, World, send, where

NOT_JSON = [
    *(
        b"",
        b" ",
        b"\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{]",
        b"[}",
        b"{}}",
        b"{}{}",
        b"{},",
        b",{}",
        b"{} x",
        b"x",
        b"{}\x00",
    ),
    *(
        b'{"a"}',
        b'{"a":}',
        b"{:1}",
        b'{"a":1,}',
        b'{,"a":1}',
        b'{"a":1 "b":2}',
        b'{"a":1,,"b":2}',
        b'{"a"::1}',
        b"{a:1}",
    ),
    *(b"{'a':1}", b'{"a":1', b'{"a', b'{"a"', b'{"a":', b'{"a":"', b'{"a":"\\"}', b'{"a":"\\x"}', b'{"a":"\\u12"}'),
    *(b'{"a":"\\u12g4"}', b'{"a":"\\uD8"}', b'{"a":"\n"}', b'{"a":"\t"}', b'{"a":"\x01"}', b'{"a":"\x1f"}', b"{1:2}"),
    *(b'{"a":01}', b'{"a":-01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":-.5}', b'{"a":1e}', b'{"a":1e+}'),
    *(
        b'{"a":1eE2}',
        b'{"a":0x1}',
        b'{"a":1_000}',
        b'{"a":1,000.0}',
        b'{"a":--1}',
        b'{"a":- 1}',
        b'{"a":-}',
        b'{"a":1 2}',
    ),
    *(b'{"a":nul}', b'{"a":NULL}', b'{"a":True}', b'{"a":None}', b'{"a":undefined}', b'{"a":truee}', b'{"a":tru}'),
    *(b'{"a":1} // x', b'{"a":/* x */1}', b'{"a":1}#', b"<a/>", b"a=1&b=2", b"--x\r\n", b'{"a":[1,]}', b'{"a":[,1]}'),
    *(
        b'{"a":[1 2]}',
        b'{"a":[1}',
        b'{"a":{"b":1]}',
        b'{"a":`1`}',
        b'{"a":"1}',
        b"{\x0c}",
        b"{\xc2\xa0}",
        b"\xef\xbb\xbf{}",
    ),
    *(b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xe3\x81"}', b'{"a":"\xf4\x90\x80\x80"}'),
    *(
        b"\xff\xfe{\x00}\x00",
        b"\x00{\x00}",
        b"\xfe\xff\x00{\x00}",
        '{"a":"é"}'.encode("latin-1"),
        '{"a":1}'.encode("utf-32"),
    ),
]
NOT_OURS = [
    *(b"[]", b"null", b"true", b"false", b"1", b"-1", b"1.5", b'"text"', b'[{"a":1}]', b"[[]]", b'[""]', b"0", b'""'),
    *(b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":1e400}', b'{"a":-1e400}', b'{"a":1e999999999}'),
    *(b'{"a":' + b"9" * 41 + b"}", b'{"a":-' + b"9" * 5000 + b"}", b'{"a":0.' + b"1" * 5000 + b"}"),
    *(
        b'{"a":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":[{"b":1,"b":2}]}',
        b'{"a":1,"\\u0061":2}',
        b'{"":1,"":2}',
    ),
    *(
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":["\\u0000"]}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00"}',
        b'{"a":"x\\ud83dx"}',
    ),
    *(b'{"\\udead":1}', b'{"a":"\\ude00\\ud83d"}', b'{"a":[{"b":"\\udbff"}]}', b'{"a":"\\ud83d\\ud83d\\ude00"}'),
    *(
        b'{"a":' + b"[" * 32 + b"]" * 32 + b"}",
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    ),
    *(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 500_000),
    *(b'{"a":' + b"[{" * 50_000, b'{"a":[' * 40_000),
]
JSON = [  # of which no body of ours has the members
    *(
        b'{"a":1}',
        b' \r\n\t{ "a" : 1 } \r\n',
        b'{"":""}',
        b'{"a":"\\u00e9\\n\\"\\\\\\/"}',
        '{"橋":"😀"}'.encode(),
        b'{"__proto__":{}}',
    ),
    *(
        b'{"__class__":"x"}',
        b'{"a":' + b"[" * 30 + b"]" * 30 + b"}",
        b'{"a":1e308}',
        b'{"a":-0}',
        b'{"a":1E-400}',
        b'{"a":0.1e1}',
    ),
    *(
        '{"a":"\u2028\u2029"}'.encode(),
        b'{"a":"\x7f"}',
        '{"a":"\ufffe\uffff"}'.encode(),
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":null}',
    ),
    *(
        b'{"statement":null,"x":1}',
        json.dumps({"x" * 50_000: 1}).encode(),
        json.dumps(dict.fromkeys(map(str, range(5000)))).encode(),
    ),
    *(b'{"a":"' + b"x" * 400_000 + b'"}', b'{"a/b~c":1}', b'{"a":[[],{},[{}]]}', b'{"constructor":1,"toString":2}'),
]


def test_there_are_as_many_bodies_as_we_say():
    assert len(set(NOT_JSON + NOT_OURS + JSON)) == len(NOT_JSON + NOT_OURS + JSON) >= 150


@pytest.mark.parametrize("raw", [*NOT_JSON, *NOT_OURS], ids=lambda raw: repr(raw[:40]))
def test_a_body_that_is_not_ours_to_read_is_refused_in_a_sentence(raw):
    with pytest.raises(NotRight, match=".{10}"):
        read(raw)


@pytest.mark.parametrize("raw", JSON, ids=lambda raw: repr(raw[:40]))
def test_a_body_that_is_json_is_read(raw):
    assert read(raw) == json.loads(raw)


def outcomes(names, bodies):
    """What each body gets at each address; nothing of it is kept."""
    world, program = World(), Program(make_editor("chief"))
    for name in names:
        for raw in bodies:
            with transaction.atomic():
                answer = send(program, "POST", name, world, raw)
                transaction.set_rollback(True)
            yield name, raw, answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    "chosen", [["claims-list", "claim-publish"], pytest.param(list(VERBS), marks=pytest.mark.deep)]
)
def test_no_body_breaks_an_address(chosen):
    sent = 0
    for name, raw, answer in outcomes(chosen, NOT_JSON + NOT_OURS + JSON):
        sent += 1
        nothing = not raw and not VERBS[name].body  # an act without members needs no body
        assert answer.status_code in ({200, 201, 202} if nothing else {400, 422}) or not raw, (
            name,
            raw[:60],
            answer.content[:300],
        )
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == PROBLEM and answer.json()["detail"]
    print(f"{sent} bodies, 5xx 0")


ODD = [
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    2**130,
    1e308,
    "",
    " ",
    "x",
    "x" * 100_000,
    "é\u0301\u200b",
    [],
    [[]],
    {},
    [{}],
    [None],
    {"a": 1},
]
FEW = [None, True, 2**63, "", "x" * 5000, [], {}, [{}]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "values"),
    [(["claims-list", "claim-assess", "source-passages"], FEW), pytest.param(list(VERBS), ODD, marks=pytest.mark.deep)],
)
def test_no_value_of_a_member_breaks_an_address(chosen, values):
    world, program = World(), Program(make_editor("chief"))
    program.client.raise_request_exception = False
    sent, wrong = 0, []
    for name in chosen:
        view = next(p for p in urls.urlpatterns if p.name == f"desk-{name}").callback.cls
        for member in view.body().fields:
            for value in values:
                with transaction.atomic():
                    answer = send(program, "POST", name, world, ROUTES[name].sent(world) | {member: value})
                    transaction.set_rollback(True)
                sent += 1
                told = answer.headers["Content-Type"] == PROBLEM and "errors" in answer.json()
                if answer.status_code not in {200, 201, 202} and not (answer.status_code in {400, 422} and told):
                    wrong.append((name, member, str(value)[:20], answer.status_code, answer.content[:100]))
    assert not wrong, "\n".join(map(str, wrong))
    print(f"{sent} values, 5xx 0")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x"]
)
def test_another_kind_of_body_is_refused(given):
    one = Program(make_reporter())
    address, _ = where("claims-list", None)
    headers = {"authorization": f"Bearer {one.secret}"}
    answer = one.client.generic("POST", address, b'{"statement":"x"}', content_type=given, headers=headers)
    assert problem_of(answer, 415)["type"].endswith("#problem-not-json")


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_not_read(settings):
    one, world = Program(make_reporter()), World()
    told = problem_of(one.post("claims/", b'{"statement":"' + b"x" * 1_000_000 + b'"}'), 413)
    assert "1,000,000 bytes" in told["detail"]
    settings.FACTDESK_MAX_BYTES = 3_000_000
    body = json.dumps({"text": "The bridge stood. " * 100_000}).encode()
    assert send(one, "POST", "source-captures", world, body).status_code in {201, 422}  # a slow machine gives it up
    settings.FACTDESK_MAX_BYTES = 1_000_000
    problem_of(send(one, "POST", "source-captures", world, b"x" * 2_400_000), 413)


@pytest.mark.django_db
def test_a_body_of_no_known_length_is_refused():
    told = problem_of(Program(make_reporter()).post("claims/", {"statement": "x"}, transfer_encoding="chunked"), 400)
    assert "Content-Length" in told["detail"]


@pytest.mark.django_db
def test_what_else_is_asked_for_is_refused():
    told = problem_of(Program(make_editor()).get("claims/", 406, accept="text/html"), 406)
    assert told["type"].endswith("#problem-not-acceptable")
