from .catalogue import Descent, Origin, Outlet, Source
from .incoming import How, Incoming
from .record import Approval, Change, Clock, Redaction, Verb, Via
from .texts import Capture, Passage, Region, Translation

__all__ = [
    "Approval",
    "Capture",
    "Change",
    "Clock",
    "Descent",
    "How",
    "Incoming",
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
