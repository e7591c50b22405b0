"""What each act takes: one body for each verb, with the members that it has and no others."""

from rest_framework import serializers

from sources.dates import validate_edtf
from sources.models import Origin, Outlet, Source
from sources.models.origins import DescentKind, OriginKind
from sources.models.outlets import OutletKind
from sources.models.sources import Rights
from sources.models.texts import RegionKind

from ...models import (
    Anonymity,
    Basis,
    Channel,
    Claim,
    Code,
    CorrectionKind,
    Hedge,
    HoldKind,
    Kind,
    Outcome,
    Position,
    RelationKind,
    Report,
    ReportOutcome,
    Sensitivity,
    Stance,
    Status,
    Subject,
    SubjectKind,
)
from ...models.reporting import MOST as REPORT_MOST
from .fields import Account, Body, Choice, Day, Decimal, Flag, Key, Moment, Number, PassageRef, Text

MANY = 50  # parts of one body


def _list(child, **kwargs):
    return serializers.ListField(child=child, max_length=MANY, default=list, **kwargs)


def _words(**kwargs):
    return Text(default="", **kwargs)


def _thing(model, **kwargs):
    return Key(model, default=None, allow_null=True, **kwargs)


class Nothing(Body):
    """No members."""


class Correcting(Body):
    """How an error of ours is put right, for readers to see."""

    kind = Choice(CorrectionKind.values)
    why = Text()


class Record(Body):
    statement = Text()
    headline = _words()
    language = Text(default="en")
    kind = Choice(Kind.values, default=Kind.FACT.value)
    subjects = _list(Key(Subject))
    sensitivity = Choice(Sensitivity.values, blank=True, default="")
    misconduct = Flag(default=False)


class SpeakerBody(Body):
    name = Text(allow_blank=False)
    anonymity = Choice(Anonymity.values, default=Anonymity.NAMED.value)
    subject = _thing(Subject)
    outlet = _thing(Outlet)
    origin = _thing(Origin)


class FigureBody(Body):
    words = Text(allow_blank=False)
    low = Decimal(default=None, allow_null=True)
    high = Decimal(default=None, allow_null=True)
    unit = _words()
    currency = _words()
    qualifier = _words()


class Appear(Body):
    passage = PassageRef()
    position = Choice(Position.values)
    hedge = Choice(Hedge.values, default=Hedge.FLAT.value)
    dated = _words(validators=[validate_edtf])
    dated_words = _words()
    dated_basis = Choice(Basis.values, blank=True, default="")
    note = _words()
    speakers = SpeakerBody(many=True, default=list)
    figures = FigureBody(many=True, default=list)


class Translate(Body):
    passage = PassageRef()
    text = Text(allow_blank=False)
    language = Text(default="en")
    checked_by = _words()


class Strike(Body):
    passage = PassageRef()
    because = _words()
    correcting = Correcting(default=None, allow_null=True)


class Relate(Body):
    other = Key(Claim)
    kind = Choice([kind.value for kind in RelationKind.between_claims()])


class EndRelation(Relate):
    because = Text()


class AboutBody(Body):
    subject = Key(Subject)


class EndSubject(AboutBody):
    because = Text()


class Merge(Body):
    other = Key(Claim)
    because = Text()


class Reword(Body):
    statement = Text()
    headline = _words()
    language = Text(default="en")
    code = Choice(Code.values, blank=True, default="")
    because = _words()
    correcting = Correcting(default=None, allow_null=True)


class CitedBody(Body):
    """One piece of evidence: a passage, or a reference with its origin, or a calculation with its printed figure."""

    stance = Choice(Stance.values)
    passage = PassageRef(default=None, allow_null=True)
    reference = _words()
    url = _words()
    origin = _thing(Origin)
    expression = _words()
    printed = _words()
    decimals = Number(default=0, max_value=20)
    note = _words()

    def validate(self, data):
        given = [name for name in ("passage", "reference", "expression") if data[name]]
        if len(given) != 1:
            raise serializers.ValidationError("Cite one thing: a passage, a reference or an expression.", code="one")
        return data


class Assess(Body):
    status = Choice(Status.values)
    because = Text()
    citing = CitedBody(many=True, default=list)
    code = Choice(Code.values, default=Code.FIRST.value)
    reason = _words()
    would_change = _words()
    about = _words(validators=[validate_edtf])
    review_by = Day(default=None, allow_null=True)
    correcting = Correcting(default=None, allow_null=True)


class Ask(Body):
    to_name = Text()
    subject = _thing(Subject)
    channel = Choice(Channel.values, blank=True, default="")
    questions = _words()
    asked_on = Day(default=None, allow_null=True)
    deadline = Day(default=None, allow_null=True)
    why_not = _words()
    also = _list(Key(Claim))


class Answer(Body):
    request = Text()
    outcome = Choice(Outcome.values)
    passage = PassageRef(default=None, allow_null=True)
    note = _words()


class Publish(Body):
    no_reply_reason = _words()


class Because(Body):
    because = Text()


class Withdraw(Because):
    our_error = Flag(default=False)


class Hold(Because):
    kind = Choice(HoldKind.values)
    ends_at = Moment(default=None, allow_null=True)


class Lift(Because):
    kind = Choice(HoldKind.values)


class Redact(Because):
    words = Text()


class Comment(Body):
    text = Text(allow_blank=False, max_length=5000)


class Assign(Body):
    editor = Account()


class SendBack(Body):
    reply = Text()


class Override(Body):
    because = Text()


# -- the catalogue: who published what, and about whom


class NameBody(Body):
    text = Text(allow_blank=False)
    language = Text()
    preferred = Flag(default=False)


class Alone(Body):
    """What a chief may do without a second editor, with a reason; without it, it waits for one."""

    override = _words()


class SourceBody(Body):
    title = Text(allow_blank=False)
    title_en = _words()
    outlet = _thing(Outlet)
    author = _words()
    url = _words()
    archived = _words()
    language = Text(allow_blank=False)
    dated = _words(validators=[validate_edtf])
    rights = Choice(Rights.values, default=Rights.QUOTE.value)
    confidential = Flag(default=False)


class AddSource(SourceBody):
    origin = _thing(Origin)


class EditSource(Alone, SourceBody):
    pass


class OutletBody(Body):
    name = Text(allow_blank=False)
    kind = Choice(OutletKind.values, default=OutletKind.UNKNOWN.value)
    language = _words()
    url = _words()
    owner = _thing(Outlet)


class EditOutlet(Alone, OutletBody):
    pass


class OriginBody(Body):
    name = Text(allow_blank=False)
    kind = Choice(OriginKind.values, default=OriginKind.UNKNOWN.value)
    outlet = _thing(Outlet)
    dated = _words(validators=[validate_edtf])


class EditOrigin(Alone, OriginBody):
    pass


class SubjectBody(Body):
    name = Text(allow_blank=False)
    kind = Choice(SubjectKind.values)
    private_person = Flag(default=False)
    wikidata = _words()
    outlet = _thing(Outlet)


class AddSubject(SubjectBody):
    names = NameBody(many=True, default=list)


class EditSubject(Alone, SubjectBody):
    pass


class AlsoCalled(Alone, NameBody):
    pass


class Descend(Alone):
    upstream = Key(Origin)
    kind = Choice(DescentKind.values)
    note = _words()


class EndName(Alone, Because):
    text = Text(allow_blank=False)
    language = Text()


class EndDescent(Alone, Because):
    upstream = Key(Origin)
    kind = Choice(DescentKind.values)


class Retract(Alone, Because):
    pass


class Watch(Body):
    wanted = Flag()


class Apart(Body):
    other = Key(Source)


# -- what readers report


class AnswerReport(Body):
    outcome = Choice(ReportOutcome.values)
    text = _words(max_length=REPORT_MOST)
    claim = _thing(Claim)
    correction = Number(default=None, allow_null=True, min_value=1)
    duplicate_of = _thing(Report)


# -- texts


class CaptureBody(Body):
    """One of three: the text, the file in base64, or an address that the desk asks."""

    text = _words()
    file = _words()
    name = _words(max_length=1000)
    url = _words(max_length=1000)
    archive = Flag(default=False)

    def validate(self, data):
        if sum(bool(data[name]) for name in ("text", "file", "url")) != 1:
            raise serializers.ValidationError("Send one of the three: text, file or url.", code="one")
        return data


class EndRegion(Alone, Because):
    kind = Choice(RegionKind.values)
    start = Number()
    end = Number()


class PassageBody(Body):
    """The words, letter for letter, and which of several they are; or their place, in code points."""

    exact = _words()
    occurrence = Number(default=None, allow_null=True, min_value=1)
    capture = _words(max_length=64)
    start = Number(default=None, allow_null=True)
    end = Number(default=None, allow_null=True)

    def validate(self, data):
        if not data["exact"].strip() and (data["start"] is None or data["end"] is None):
            raise serializers.ValidationError("Send the exact words, or start and end.", code="one")
        if data["start"] is not None and not data["capture"]:
            raise serializers.ValidationError("Say in which capture, by the first of its hash.", code="one")
        return data


class Mark(Alone):
    kind = Choice(RegionKind.values)
    start = Number()
    end = Number()
    of_start = Number(default=None, allow_null=True)
    of_end = Number(default=None, allow_null=True)
    note = _words()
