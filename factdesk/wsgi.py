import os
from io import StringIO

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factdesk.settings")
application = get_wsgi_application()
# Served or not, a desk without its triggers must not start; the checks of the database run only when they are asked for.
call_command("check", databases=["default"], stdout=StringIO())

from claims.caching import serve  # noqa: E402 (there are no models before the application)

serve()
