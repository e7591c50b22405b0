"""Every public page in each of its states: the one list that all checks of public pages go through."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import Count, F
from django.urls import Resolver404, re_path, resolve
from django.utils import timezone

from claims.models import Claim, Corrected, Follower, Report, Subject
from claims.urls import pages
from factdesk import urls
from sources.models import Change, Source, Watch

from ..making import (
    UPDATE,
    assess,
    contradicts,
    make_claim,
    make_draft,
    make_editor,
    make_passage,
    make_reporter,
    make_source,
    make_subject,
    supports,
)

# -- the languages of the interface

LANGUAGES = (
    [code for code, _ in settings.LANGUAGES] if settings.is_overridden("LANGUAGES") else [settings.LANGUAGE_CODE]
)


# -- an address for each error


def _break(request):
    raise RuntimeError("broken on purpose")


def _refuse(request):
    raise PermissionDenied


def _suspect(request):
    raise SuspiciousOperation


urlpatterns = [
    re_path(r"^(?:\w\w/)?breaks/$", _break),
    re_path(r"^(?:\w\w/)?refuses/$", _refuse),
    re_path(r"^(?:\w\w/)?suspects/$", _suspect),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

# Every page for readers, by the name of its view; a time map is for programs.
PAGES = {pattern.name for pattern in pages} - {"claim-timemap"} | {"api-docs"}


@dataclass(frozen=True)
class Address:
    """A public page in one of its states."""

    name: str  # that of its pictures
    path: str
    status: int = 200
    then: Callable | None = None  # what a reader does there to come to the state
    ours: bool = True  # has the header and the footer that pages share
    translated: bool = True  # exists in each language of the interface

    def at(self, language: str) -> str | None:
        """Its path in a language of the interface, of which English has no prefix."""
        if language == settings.LANGUAGE_CODE:
            return self.path
        return f"/{language}{self.path}" if self.translated else None

    @property
    def kind(self) -> str | None:
        """The name of its view; none where no page of ours answers."""
        try:
            name = resolve(self.path.partition("?")[0]).url_name
        except Resolver404:
            return None
        return "home" if name == "front-door" else name


# -- a desk with all states


@dataclass
class States:
    """What the demo desk has none of."""

    full: Claim
    gone: Claim
    merged: Claim
    bare: Claim
    opinion: Claim
    retracted: Source
    unanswering: Source
    untranslated: Source
    changed: Source
    subject: Subject
    report: Report
    answered: Report
    asking: Follower
    following: Follower


def make_states() -> States:
    by, subject = make_reporter(), make_subject("The bureau", names=[{"text": "交通局", "language": "ja"}])
    two = {"by": by, "approved_by": make_editor()}
    passage = make_passage("橋は点検されなかった。別の文。", language="ja", title_en="A Japanese title", end=11)
    passage.translate("The bridge was not inspected.", by=by, made_by="FactDesk")
    full = make_claim("The bridge was never inspected.", passage=passage, subjects=[subject], misconduct=True)
    assess(full, "disputed", citing=[contradicts(), contradicts()], reason="The log [1] says otherwise.")
    assess(full, "unverified", code="new_evidence", because="The log may be false.")
    assess(full, "verified", code="new_evidence", citing=[supports(), supports()], because="Two logs say so.")
    assess(
        full,
        "disputed",
        code="new_evidence",
        citing=[contradicts(note="Page 3."), supports()],
        because="The log of that day says otherwise, and nobody has shown that it is false.",
        reason="The log [1] is true, whatever the letter [2] says.",
        would_change="A signed log of another day.",
    )
    error = {"code": "our_error", "correcting": Corrected("correction", "We left out the last word.")}
    full.reword("Not inspected", "The bridge was never inspected, they say.", **error, **two)
    full.reword("Not inspected", "The bridge was never inspected.", **UPDATE, **two)
    for _ in range(8):
        full.appear(make_passage(), "reports", **two)
    asked = {"channel": "email", "questions": "Is it so?", "asked_on": "2026-10-01", "deadline": "2026-10-08"}
    request = full.ask(to_name="The bureau", subject=subject, **asked, **two)
    full.answer(request.key, "replied", passage=make_passage("Nous contestons ces faits.", language="fr"), **two)
    full.ask(to_name="The owner of the ferry", **asked, **two)
    full.ask(to_name="The builder", why_not="He died in 2001.", **two)
    full.hold("legal", because="A letter.", **two)
    full.lift("legal", because="Settled.", **two)
    gone = make_claim("Another bridge.")
    gone.withdraw(because="It was recorded twice.", our_error=True, **two)
    merged = make_claim("The bridge was not looked at.", misconduct=True)
    merged.merge(full, because="They say the same.", **two)
    bare = make_claim("A third bridge.")
    opinion = make_claim("It was the best bridge.", kind="opinion", subjects=[subject])
    retracted = make_claim().appearances.get().passage.capture.source
    Claim.objects.retract(retracted, because="They said so.", **two)
    unanswering = make_source(
        url="https://example.org/a", archived="https://archive.example/a", title_en="A page that is gone"
    )
    make_claim(passage=unanswering.captures.get().quote(0, 5, by=by))
    watch = Watch.objects.create(source=unanswering)
    watch.failures, watch.asked_at = 2, timezone.now()
    watch.failed("It answered 404")
    untranslated = (
        make_claim(passage=make_passage("橋は点検された。", language="ja")).appearances.get().passage.capture.source
    )
    changed = (
        make_claim(passage=make_passage("The bridge fell in May. It was old.", end=23))
        .appearances.get()
        .passage.capture.source
    )
    changed.capture(b"The bridge fell in June. It was old.", by=by)
    report = Report.objects.send(what="It was inspected.")
    answered = Report.objects.send(what="It was inspected in May.")
    answered.read(by=make_editor())
    answered.answer("changed", "We read the log.", by=make_editor(), claim=full)
    asking = Follower.objects.ask("reader@example.org", claim=full, how="daily")
    following = Follower.objects.ask("reader@example.org", claim=None, how="at_once")
    following.confirm()
    make_draft("A draft.")
    return States(
        *(full, gone, merged, bare, opinion, retracted, unanswering, untranslated, changed, subject, report, answered),
        *(asking, following),
    )


# -- the list


def _send(page):
    page.get_by_role("main").get_by_role("button").last.click()


def _send_nothing(page):
    _send(page)
    page.wait_for_selector("#errors")


def _send_often(page):
    for _ in range(6):
        page.fill("[name=what]", "It was inspected.")
        _send(page)
        if "Report-" in page.title() or "/report/R-" in page.url:
            page.go_back()
    page.wait_for_load_state()


def of_the_demo() -> list[Address]:
    """The pages of the demo desk, each kind where it is heaviest."""
    public = Claim.objects.public()
    longest = sorted(public.select_related("wording"), key=lambda c: -len(c.words))[0]
    most_said = public.annotate(n=Count("appearances")).order_by("-n", "key").first()
    cited = public.annotate(n=Count("assessments__citations")).order_by("-n", "key").first()
    opinion = public.filter(kind="opinion").order_by("key").first()
    subject = Subject.objects.with_page().annotate(n=Count("claims")).order_by("-n", "key").first()
    sources = Source.objects.public().order_by("key")
    lately = quote(Change.objects.latest("id").recorded_at.isoformat())
    then = quote(Change.objects.filter(verb="assess").order_by(F("id"))[20].recorded_at.isoformat())
    return [
        Address("home", "/"),
        Address("claims", "/claims/"),
        Address("claims-filtered", "/claims/?status=disputed&q=insurance"),
        Address("claims-of-one-facet", "/claims/?facet=subject"),
        *(
            Address(f"claim-{what}", claim.get_absolute_url())
            for what, claim in (
                ("longest", longest),
                ("most-said", most_said),
                ("most-cited", cited),
                ("opinion", opinion),
            )
        ),
        Address("claim-version", f"{cited.get_absolute_url()}v/1/"),
        Address("claim-cite", f"{cited.get_absolute_url()}cite/"),
        Address("embed", f"/embed/{cited.key}/", ours=False),
        Address("sources", "/sources/"),
        *(Address(f"source-{s.language}", s.get_absolute_url()) for s in sources),
        Address("subjects", "/subjects/"),
        Address("subject", subject.get_absolute_url()),
        Address("compare", "/compare/"),
        Address("compare-subject", f"/compare/?subject={subject.key}"),
        Address("changes", "/changes/"),
        Address("changes-filtered", "/changes/?status=verified"),
        Address("corrections", "/corrections/"),
        Address("feeds", "/feeds/"),
        Address("method", "/method/"),
        Address("method-version", "/method/2026-11/"),
        Address("about", "/about/"),
        Address("report", "/report/"),
        Address("report-of-a-claim", f"/report/?claim={cited.key}"),
        Address("follow", "/follow/"),
        Address("follow-a-claim", f"/follow/?claim={cited.key}"),
        Address("follow-sent", "/follow/sent/"),
        Address("api-docs", "/api/docs/", translated=False),
        *(
            Address(f"{name}-then", f"{path}?as_of={then}")
            for name, path in (
                ("home", "/"),
                ("claims", "/claims/"),
                ("sources", "/sources/"),
                ("subject", subject.get_absolute_url()),
                ("changes", "/changes/"),
                ("corrections", "/corrections/"),
            )
        ),
        *(
            Address(f"{name}-then", f"{path}?as_of={lately}")
            for name, path in (("claim", cited.get_absolute_url()), ("source", sources[0].get_absolute_url()))
        ),
    ]


def of_the_states(made: States) -> list[Address]:
    """Pages in states that the demo desk has none of: full, changed, gone, wrong."""
    claim = made.full.get_absolute_url()
    return [
        Address("claim-full", claim),
        Address("claim-full-version", f"{claim}v/2/"),
        Address("claim-full-diff", f"{claim}diff/1/2/"),
        Address("claim-full-diff-long", f"{claim}diff/1/9/"),
        Address("claim-full-cite", f"{claim}cite/"),
        Address("claim-unassessed", made.bare.get_absolute_url()),
        Address("claim-gone", made.gone.get_absolute_url(), 410),
        Address("claim-merged", made.merged.get_absolute_url()),
        Address("embed-full", f"/embed/{made.full.key}/", ours=False),
        Address("embed-gone", f"/embed/{made.gone.key}/", 410, ours=False),
        Address("source-gone", made.unanswering.get_absolute_url()),
        Address("source-retracted", made.retracted.get_absolute_url()),
        Address("source-untranslated", made.untranslated.get_absolute_url()),
        Address("source-changed", made.changed.get_absolute_url()),
        Address("subject-full", made.subject.get_absolute_url()),
        Address("compare-full", f"/compare/?subject={made.subject.key}"),
        Address("claims-none", "/claims/?q=nothing-like-it&status=verified"),
        Address("claims-wrong", "/claims/?status=perhaps", 400),
        Address("not-found", "/nowhere/", 404),
        Address("bad-request", "/suspects/", 400),
        Address("forbidden", "/refuses/", 403),
        Address("failed", "/breaks/", 500, ours=False),
        Address("report-wrong", "/report/", then=_send_nothing),
        Address("report-sent", made.report.get_absolute_url()),
        Address("report-answered", made.answered.get_absolute_url()),
        Address("follow-wrong", "/follow/", then=_send_nothing),
        Address("follow-confirm", f"/follow/confirm/{made.asking.token}/"),
        Address("follow-confirmed", f"/follow/confirm/{made.following.token}/"),
        Address("follow-expired", "/follow/confirm/none/", 404),
        Address("follow-stop", f"/follow/stop/{made.following.key}/"),
        Address("follow-stopped", "/follow/stop/none/"),
        Address("too-many", "/report/", then=_send_often),
        Address("forgotten", "/admin/password_reset/", ours=False, translated=False),
        Address("forgotten-sent", "/admin/password_reset/done/", ours=False, translated=False),
    ]


EMPTY = [
    Address(f"{name or 'home'}-empty", f"/{name}/" if name else "/")
    for name in ("", "claims", "sources", "subjects", "compare", "changes", "corrections", "feeds")
]
