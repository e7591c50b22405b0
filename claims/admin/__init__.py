"""The editors' screens: each reads the record, and writes through a verb."""

from django.contrib import admin

from .captures import CaptureAdmin
from .catalogue import OutletAdmin
from .claims import ClaimAdmin
from .importing import ImportAdmin
from .origins import OriginAdmin
from .passages import PassageAdmin
from .proposals import ProposalAdmin
from .replies import ReplyRequestAdmin
from .reporting import ReportAdmin
from .sources import SourceAdmin
from .subjects import SubjectAdmin
from .tokens import TokenAdmin
from .webhooks import EndpointAdmin

admin.site.site_header = "FactDesk editors"
admin.site.site_title = "FactDesk"
admin.site.index_title = "Work to do"
admin.site.enable_nav_sidebar = False

__all__ = [
    "CaptureAdmin",
    "ClaimAdmin",
    "ImportAdmin",
    "EndpointAdmin",
    "OriginAdmin",
    "OutletAdmin",
    "PassageAdmin",
    "ProposalAdmin",
    "ReplyRequestAdmin",
    "ReportAdmin",
    "SourceAdmin",
    "SubjectAdmin",
    "TokenAdmin",
]
