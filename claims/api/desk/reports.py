"""What readers told the desk is read and answered. For editors alone: their scope is `approve`, and the one to read."""

from ...models import Report
from ...models.reporting import correction_of
from . import bodies
from .acting import Act


class ReportAct(Act):
    def thing(self, key, sha):
        self.refuse_unless_it_reads_reports()
        return self.thing_of(Report, key=key)


class Read(ReportAct):
    """An editor has read it. Two read each."""

    body, any_version = bodies.Nothing, True

    def act(self, report, seen, data):
        return report.read(by=self.user)


class Answer(ReportAct):
    """What was done about it, for whoever sent it."""

    body = bodies.AnswerReport

    def act(self, report, seen, data):
        correction = correction_of(data["claim"], data["correction"])
        page = self.request.build_absolute_uri(report.get_absolute_url())
        report.answer(**data | {"correction": correction}, by=self.user, seen=seen, page=page)
        return Report.objects.get(pk=report.pk)


class ForgetAddress(ReportAct):
    """The address for an answer goes for good; what was reported stays."""

    body, any_version = bodies.Nothing, True

    def act(self, report, seen, data):
        return report.forget_address(by=self.user)


ACTS = {"read": Read, "answer": Answer, "forget-address": ForgetAddress}
