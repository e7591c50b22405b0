"""The list of subjects, and one subject: the claims about it by status, how they went, and what it told us."""

from django.shortcuts import get_object_or_404, render

from ..models import Claim, ReplyRequest, Status, Subject
from ..paging import BY_NAME, Tally, tallies_of, tally_of
from ..remembering import remember
from ..timeline import counts_of
from .listing import page_asked
from .past import of_the_past

NAMES = 100  # on a page: whoever is named finds the name at once
A_GROUP = 25
REPLIES = 5


@of_the_past
def subject_list(request):
    subjects = Subject.objects.with_page().for_list()
    return render(request, "subjects.html", {"page": page_asked(subjects, BY_NAME, request.GET, NAMES)})


@of_the_past
def subject_page(request, key):
    [subject] = remember([get_object_or_404(Subject.objects.with_page().for_list(), key=key)])
    about = Claim.objects.public().about([subject])
    tally = tallies_of(about)
    groups = [(s, tally[s], _newest(about.standing_at([s]))) for s in Status]
    asked = ReplyRequest.objects.shown().filter(subject=subject)
    return render(
        request,
        "subject.html",
        {
            "subject": subject,
            "groups": [g for g in groups if g[1].count],
            "tally": tally,
            "total": Tally(sum(t.count for t in tally.values()), any(t.more for t in tally.values())),
            "counts": counts_of(about, tally),
            "opinions": _newest(about.opinions()),
            "opinions_count": tally_of(about.opinions()),
            "most": A_GROUP,
            "replied": asked.replied().count(),
            "unanswered": asked.unanswered().count(),
            "replies": remember(list(asked.replied().for_readers().with_words()[:REPLIES])),
        },
    )


def _newest(claims):
    return remember(list(claims.for_list().newest()[:A_GROUP]))
