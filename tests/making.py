"""Makers of what a test needs: name only what the test is about."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import transaction

from claims.models import Cited, Claim, Corrected, Subject
from sources import keeping
from sources.anchoring import find_again
from sources.models import Origin, Outlet, Sighting, Source

_number = count(1)

UPDATE = {"code": "source_changed", "because": "The source says so now."}  # why words change that readers see


def make_editor(role="editor"):
    user = User.objects.create_user(f"{role}{next(_number)}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_reporter():
    return make_editor("reporter")


def make_chief():
    return make_editor("chief")


def two():
    """A reporter who proposes and an editor who approves."""
    return {"by": make_reporter(), "approved_by": make_editor()}


def make_source(text=None, *, by=None, withheld=False, language="en", **fields):
    """A source with one capture of its text."""
    by = by or make_reporter()
    n = next(_number)
    fields.setdefault("outlet", Outlet.objects.add(by=by, name=f"Outlet {n}"))
    fields.setdefault("title", f"Source {n}")
    source = Source.objects.add(by=by, language=language, **fields)
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


def a_full_desk():
    """One of everything that a line can carry."""
    by, editor = make_reporter(), make_editor()
    forbes = make_origin("Forbes, June 2023", dated="2023-06")
    undated = make_origin("Forbes")
    for note in ("a guess", "another guess"):
        undated.descend(forbes, "same", by=by, note=note)
        undated.end_descent(forbes, "same", by=by, because="Nobody says so.")
    undated.descend(forbes, "same", by=by, note="one article")
    subject = make_subject("Björn", names=[{"text": "ビョルン", "language": "ja", "preferred": True}], wikidata="Q1")
    for _ in range(2):
        subject.also_called("Bjorn", "en", by=by)
        subject.end_name("Bjorn", "en", by=by, because="Another Björn.")
    subject.also_called("Bjorn", "en", by=by)
    passage = make_passage("橋は😀 1.7百万 inspected", language="ja")
    for note in ("a guess", "another guess"):
        passage.capture.mark("furniture", 0, 2, by=by, note=note)
        passage.capture.end_region("furniture", 0, 2, by=by, because="It is of the text.")
    passage.capture.mark("furniture", 0, 2, by=by)
    passage.capture.read_to_the_end(by=by)
    passage.translate("The bridge …", by=by, made_by="FactDesk")
    later = passage.capture.source.capture("橋は😀 1.8百万 inspected".encode(), by=by)
    Sighting.of(passage, later, find_again(passage.capture.text, passage.start, passage.end, later.text), by=by)
    claim = make_draft(passage=passage, subjects=[subject], by=by)
    hidden = make_source("Words that are kept back.", withheld=True).captures.get()
    wordless = Claim.objects.record(by=by, sensitivity="health")
    wordless.appear(hidden.quote(0, 5, by=by, exact=""), "asserts", by=by)
    other = make_claim("A sum.", kind="arithmetic")
    other.appear(
        make_passage(),
        "reports",
        by=by,
        approved_by=editor,
        dated="2023-06~",
        dated_words="about June",
        dated_basis="stated",
        speakers=[{"name": "Forbes", "origin": forbes}, {"name": "insiders", "anonymity": "group"}],
        figures=[
            {"words": "1.7百万", "low": "1700000", "high": "1700000", "currency": "GBP", "qualifier": "more than"}
        ],
    )
    assess(other, "verified", citing=[Cited("supports", expression="3.25 / 1.7 - 1", printed="0.91", decimals=2)])
    claim.reword("Better", "The bridge was not inspected.", by=by)
    assess(claim, "disputed", citing=[contradicts(note="A denial.")])
    for _ in range(2):
        claim.end_subject(subject, by=by, because="It is about somebody else.")
        claim.add_subject(subject, by=by)
    for _ in range(2):  # said in error, twice
        claim.relate(other, "contradicts", by=by)
        claim.end_relation(other, "contradicts", by=by, because="They are about two bridges.")
    claim.relate(other, "contradicts", by=by)
    claim.propose("publish", by=by).approve(by=editor)
    answered(claim, by=by, editor=editor)
    source = make_source()
    source.edit(by=by, title="Better title")
    source.edit(by=by, title="Best title", author="A. N. Author")
    claim.withdraw(by=by, approved_by=editor, because="Asked to.")


def answered(claim, *, by, editor):
    """Corrected, asked about, held, merged."""
    two = {"by": by, "approved_by": editor}
    error = Corrected("correction", "We misread the report.")
    claim.reword("Better still", "The bridge was inspected once.", code="our_error", correcting=error, **two)
    claim.reword("Best", "The bridge was inspected twice.", **UPDATE, **two)
    assess(claim, "unverified", code="our_error", correcting=Corrected("clarification", "Too soon."))
    struck = make_passage()
    claim.appear(struck, "reports", **two)
    claim.strike(struck, correcting=Corrected("removal", "Another bridge."), **two)
    twin = make_claim("The bridge was looked at twice.", subjects=[make_subject()])
    request = claim.ask(
        to_name="The owner",
        channel="email",
        questions="Was it?",
        asked_on="2026-10-01",
        deadline="2026-10-08",
        also=[twin.key],
        **two,
    )
    claim.answer(request.key, "no_reply", **two)
    claim.answer(request.key, "replied", passage=make_passage("It was inspected twice."), note="By letter.", **two)
    claim.ask(to_name="The builder", why_not="He died in 2001.", **two)
    claim.hold("legal", because="A letter from a lawyer.", **two)
    ends = datetime.now(UTC) + timedelta(days=1)
    claim.hold("embargo", because="Until the report is out.", ends_at=ends, **two)
    claim.lift("legal", because="Settled.", **two)
    claim.lift("embargo", because="It is out.", **two)
    twin.merge(claim, because="They say the same.", **two)


def empty_the_desk():
    with keeping.lifted(), transaction.atomic():
        for app in ("claims", "sources"):
            for model in apps.get_app_config(app).get_models():
                model._base_manager.all()._raw_delete("default")  # what points to what is asked at the end alone
        User.objects.all().delete()


NOT_SAID = {"id", "salt", "seal", "via", "before", "left"}  # made anew by each desk, or the door by which it came


def everything_said():
    """What every row of the record says, in order; other rows by their natural key."""
    return {
        model.__name__: [
            {f.name: _said(row, f) for f in model._meta.concrete_fields if f.name not in NOT_SAID and f.name != "pk"}
            for row in model._base_manager.order_by("pk")
        ]
        for model in keeping.kept_models()
    }


def _said(row, field):
    if not field.is_relation:
        return getattr(row, field.name)
    other = getattr(row, field.name)
    return next((getattr(other, n) for n in ("key", "ref", "username", "number") if hasattr(other, n)), other and "one")
