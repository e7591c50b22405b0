from .catalogue import Descent, Origin, Outlet, Source
from .record import Approval, Change, Clock, Redaction, Verb, Via
from .texts import Capture, Passage, Region, Translation

__all__ = [
    "Approval",
    "Capture",
    "Change",
    "Clock",
    "Descent",
    "Origin",
    "Outlet",
    "Passage",
    "Redaction",
    "Region",
    "Source",
    "Translation",
    "Verb",
    "Via",
]
