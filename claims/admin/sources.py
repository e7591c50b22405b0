from django.contrib import admin

from sources.admin import SourceAdmin
from sources.models import Source

from .waiting import Needs, Whose

admin.site.unregister(Source)


@admin.register(Source)
class WaitingSourceAdmin(SourceAdmin):
    """The sources' own screen, and the lines of the work queue that list sources."""

    list_filter = (Needs, Whose, *SourceAdmin.list_filter)
