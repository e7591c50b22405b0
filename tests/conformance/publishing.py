"""What a desk publishes, for strangers to judge: every claim, and every kind of page in every state that it has."""

import json
from dataclasses import dataclass, field

from django.test import Client, RequestFactory

from claims.models import Claim, Standing, Subject
from claims.problems import bad_request, failed, forbidden, too_many
from factdesk import closing
from sources.models import Source

SITE = [
    "/",
    "/changes/",
    "/changes/?status=disputed",
    "/claims/",
    *(f"/claims/?{asked}" for asked in ("status=verified", "kind=opinion", "q=Oxford", "q=nowhere", "sort=about")),
    "/claims/?facet=subject",
    "/claims/?status=wrong",
    "/claims/?as_of=2026-01-01",
    "/claims/FD-nowhere/",
    "/compare/",
    "/compare/?q=Oxford",
    "/corrections/",
    "/feeds/",
    "/sources/",
    "/subjects/",
    "/method/",
    "/method/2026-11/",
    "/about/",
    "/report/",
    "/api/docs/",
    "/api/docs/claims/",
    "/api/docs/desk-claims/",
]
OF_A_CLAIM = ("v/1/", "cite/", "?as_of={moment}")  # for one claim of each state


@dataclass
class Published:
    """Documents by their address."""

    pages: dict[str, str] = field(default_factory=dict)  # every page of HTML, those of claims too
    claims: dict[str, str] = field(default_factory=dict)  # the pages of claims
    names: set[str] = field(default_factory=set)  # of the routes that answered
    atom: dict[str, str] = field(default_factory=dict)
    json_feeds: dict[str, str] = field(default_factory=dict)
    citations: dict[str, dict[str, str]] = field(default_factory=dict)  # of each claim: bib, ris, json
    every_claim: dict = field(default_factory=dict)  # the DataFeed


def gather() -> Published:
    """Asks the desk that the database holds."""
    client, found = Client(), Published()

    def keep(name, answer):
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        if answer["Content-Type"].startswith("text/html") and text:
            found.pages[name] = text
        return text

    def ask(address):
        answer = client.get(address)
        if answer.status_code == 200:
            found.names.add(answer.resolver_match.url_name)
        return keep(address, answer)

    claims = list(Claim.objects.public().for_list().order_by("id"))
    for claim in claims:
        address = claim.get_absolute_url()
        found.claims[address] = ask(address)
    for claim in _of_each_state(claims):
        address, forms = claim.get_absolute_url(), ("bib", "ris", "json")
        found.citations[claim.key] = {form: ask(f"{address}cite.{form}") for form in forms}
        for part in OF_A_CLAIM:
            ask(address + part.format(moment=claim.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")))
        if claim.version > 1:
            ask(f"{address}diff/1/{claim.version}/")
        ask(f"/embed/{claim.key}/")
        ask(f"/report/?claim={claim.key}")
        ask(f"/follow/?claim={claim.key}")
    for standing in Standing.objects.withdrawn().select_related("claim"):
        ask(standing.claim.get_absolute_url())
    for thing in [*Source.objects.public(), *Subject.objects.with_page()]:
        ask(thing.get_absolute_url())
    for address in SITE:
        ask(address)
    told = {"what": "The bridge stood.", "kind": "error", "how": "I was there <&>"}
    ask(client.post("/report/", told, HTTP_ORIGIN="http://testserver")["Location"])
    keep("/report/ sent empty", client.post("/report/", {"kind": "error"}, HTTP_ORIGIN="http://testserver"))
    asked = RequestFactory().get("/")
    for wrong in (bad_request(asked), forbidden(asked), too_many(asked, 60), failed(asked)):
        keep(f"an error, {wrong.status_code}", wrong)
    keep("closed", closing.closed(asked, None))
    for base in _followed(claims):
        found.atom[base] = ask(f"{base}feed.xml")
        found.json_feeds[base] = ask(f"{base}feed.json")
    found.every_claim = json.loads(ask("/feeds/claimreview.json"))
    return found


def _of_each_state(claims):
    """The first three claims of each status, kind, and count of versions."""
    seen: dict[tuple, list] = {}
    for claim in claims:
        seen.setdefault((claim.status, claim.kind, min(claim.version, 4)), []).append(claim)
    return [claim for several in seen.values() for claim in several[:3]]


def _followed(claims):
    yield from ("/changes/", "/corrections/", "/claims/")
    yield from (claim.get_absolute_url() for claim in _of_each_state(claims))
    yield from (source.get_absolute_url() for source in Source.objects.public())
    yield from (subject.get_absolute_url() for subject in Subject.objects.with_page()[:5])
