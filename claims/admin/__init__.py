"""The editors' screens: each reads the record, and writes through a verb."""

from .captures import CaptureAdmin
from .claims import ClaimAdmin
from .passages import PassageAdmin
from .proposals import ProposalAdmin
from .replies import ReplyRequestAdmin
from .reporting import ReportAdmin
from .sources import WaitingSourceAdmin
from .subjects import SubjectAdmin

__all__ = [
    "CaptureAdmin",
    "ClaimAdmin",
    "PassageAdmin",
    "ProposalAdmin",
    "ReplyRequestAdmin",
    "ReportAdmin",
    "SubjectAdmin",
    "WaitingSourceAdmin",
]
