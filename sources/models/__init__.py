from .catalogue import Descent, Origin, Outlet, Source
from .errands import Archiving, Watch
from .incoming import How, Incoming
from .record import Approval, Change, Clock, Redaction, Turn, Verb, Via
from .sightings import Outcome, Sighting
from .texts import Capture, Passage, Region, Translation
from .traces import Trace

__all__ = [
    "Archiving",
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
    "Trace",
    "Translation",
    "Turn",
    "Verb",
    "Via",
    "Watch",
]
