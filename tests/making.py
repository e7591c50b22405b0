"""Makers of what a test needs: name only what the test is about."""

from itertools import count

from django.contrib.auth.models import Group, User

from claims.models import Cited, Claim, Subject
from sources.models import Origin, Outlet, Source

_number = count(1)


def make_editor(role="editor"):
    user = User.objects.create_user(f"{role}{next(_number)}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_reporter():
    return make_editor("reporter")


def make_chief():
    return make_editor("chief")


def make_source(text=None, *, by=None, withheld=False, language="en", **fields):
    """A source with one capture of its text."""
    by = by or make_reporter()
    n = next(_number)
    fields.setdefault("outlet", Outlet.objects.add(by=by, name=f"Outlet {n}"))
    source = Source.objects.add(by=by, title=f"Source {n}", language=language, **fields)
    source.capture((text or f"The bridge number {n} was never inspected.").encode(), by=by, withheld=withheld)
    return source


def make_passage(text=None, *, by=None, start=0, end=None, **fields):
    by = by or make_reporter()
    capture = make_source(text, by=by, **fields).captures.get()
    return capture.quote(start, capture.length if end is None else end, by=by)


def make_subject(name=None, *, by=None, kind="organisation", **fields):
    return Subject.objects.add(by=by or make_reporter(), name=name or f"Subject {next(_number)}", kind=kind, **fields)


def make_draft(statement="The bridge was never inspected.", *, by=None, passage=None, **fields):
    """A claim that stands in one passage."""
    by = by or make_reporter()
    claim = Claim.objects.record(by=by, headline=statement[:60], statement=statement, **fields)
    claim.appear(passage or make_passage(by=by), "asserts", by=by)
    return claim


def make_claim(*args, by=None, **kwargs):
    """A claim that readers see."""
    claim = make_draft(*args, by=by, **kwargs)
    reason = {"no_reply_reason": "a test"} if claim.misconduct else {}
    claim.propose("publish", by=by or make_reporter(), **reason).approve(by=make_editor())
    claim.refresh_from_db()
    return claim


def supports(passage=None, **fields):
    return Cited("supports", passage_id=(passage or make_passage()).pk, **fields)


def contradicts(passage=None, **fields):
    return Cited("contradicts", passage_id=(passage or make_passage()).pk, **fields)


def assess(claim, status, *, citing=None, by=None, approved_by=None, because="We read it.", **kwargs):
    """A finding by two people."""
    if citing is None:
        citing = {"verified": [supports], "disputed": [contradicts]}.get(status, [])
        citing = [make() for make in citing]
    claim.refresh_from_db()
    finding = claim.assess(
        status,
        by=by or make_reporter(),
        approved_by=approved_by or make_editor(),
        because=because,
        seen=claim.seen,
        citing=citing,
        **kwargs,
    )
    claim.refresh_from_db()
    return finding


def make_origin(name=None, *, kind="document", **fields):
    return Origin.objects.add(by=make_reporter(), name=name or f"Origin {next(_number)}", kind=kind, **fields)
