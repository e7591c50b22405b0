from .errands import Archiving, Watch
from .incoming import How, Incoming
from .origins import Descent, Origin
from .outlets import Outlet
from .record import Approval, Change, Clock, Redaction, Turn, Verb, Via
from .sightings import Outcome, Sighting
from .sources import Source
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
