"""A form of the admin that was sent after its session ended: what was typed is shown again, not lost behind the sign-in page."""

from django.urls import reverse

from claims.problems import form_expired

SIGNED_OUT = ("login", "logout", "password_reset", "reset")  # pages of the admin that ask for no session


class KeepWords:
    """Answers such a form with the page that keeps its words; the admin alone would lead to the sign-in page without them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        admin = reverse("admin:index")
        if request.method != "POST" or not request.path.startswith(admin) or request.user.is_authenticated:
            return None
        page = request.path.removeprefix(admin).partition("/")[0]
        return None if page in SIGNED_OUT else form_expired(request)
