from .catalogue import Descent, Origin, Outlet, Source
from .incoming import How, Incoming
from .record import Approval, Change, Clock, Redaction, Verb, Via
from .texts import Capture, Passage, Region, Translation
from .watching import Outcome, Sighting, Watch

__all__ = [
    "Approval",
    "Capture",
    "Change",
    "Clock",
    "Descent",
    "How",
    "Incoming",
    "Origin",
    "Outcome",
    "Outlet",
    "Passage",
    "Redaction",
    "Region",
    "Sighting",
    "Source",
    "Translation",
    "Verb",
    "Via",
    "Watch",
]
