"""Who runs this desk, in the operator's own words, and what is known about how well these pages can be used."""

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from .past import of_the_past

# Each section of the page, and the sentence that stands where the operator said nothing.
SECTIONS = (
    ("who", gettext_lazy("Who we are"), gettext_lazy("The operator of this desk has not said who runs it.")),
    ("funding", gettext_lazy("Who pays"), gettext_lazy("The operator of this desk has not said who pays for it.")),
    ("editors", gettext_lazy("Editors"), gettext_lazy("The operator of this desk has not named its editors.")),
    (
        "conflicts",
        gettext_lazy("Conflicts of interest"),
        gettext_lazy("The operator of this desk has not said which interests its editors have."),
    ),
    ("contact", gettext_lazy("Contact"), gettext_lazy("The operator of this desk has not said how to reach it.")),
    (
        "legal_address",
        gettext_lazy("Legal address"),
        gettext_lazy("The operator of this desk has not given a legal address."),
    ),
    (
        "licence",
        gettext_lazy("What you may do with our words"),
        gettext_lazy("The operator of this desk has not said under which licence its own words may be used."),
    ),
)


@of_the_past
def about(request):
    told = settings.FACTDESK_ABOUT
    return render(
        request,
        "about.html",
        {
            "sections": [(name, title, told.get(name, ""), silent) for name, title, silent in SECTIONS],
            "email": told.get("email", ""),
            "language": told.get("language", "en"),
        },
    )
