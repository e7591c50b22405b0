import socket
from io import StringIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from sources.models import Change


class Command(BaseCommand):
    help = "Loads the demonstration desk once, lets its editors sign in, and serves it on this machine."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        if not settings.DEMO:
            raise CommandError("This serves the demonstration only. Run it as: make demo")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as error:
                raise CommandError(
                    f"Port {port} is in use or not open to you. Choose another: make demo PORT=8001"
                ) from error
        call_command("check", databases=["default"], stdout=StringIO())
        if not Change.objects.exists():
            self.stdout.write("Loading the demonstration desk …")
            call_command("load_desk", settings.ROOT / "fixtures" / "demo.jsonl", verbosity=0)
        password = settings.DEMO_PASSWORD
        editors = User.objects.filter(username__startswith="demo-").prefetch_related("groups")
        for user in editors:
            if not user.is_active or not user.check_password(password):
                user.set_password(password)
                user.is_active = True
                user.save()
        self.stdout.write(f"\nReaders   http://127.0.0.1:{port}/")
        self.stdout.write(f"Editors   http://127.0.0.1:{port}/admin/")
        self.stdout.write(f"Programs  http://127.0.0.1:{port}/api/v1/\n\nSign in with the password {password} as")
        for user in editors:
            self.stdout.write(f"  {user.username} ({', '.join(g.name for g in user.groups.all())})")
        self.stdout.write("\nStop with Ctrl+C.\n", ending="")
        self.stdout.flush()
        call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True, verbosity=0)
