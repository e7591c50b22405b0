"""How to cite a claim: in words, and for reference managers. What is cited is a version of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ..formats.bibliography import Reference, bibtex, csl, ris
from ..remembering import claim_seen
from .claims import departed
from .past import of_the_past


@of_the_past
def cite(request, key):
    claim = claim_seen(key)
    if claim is None:
        return departed(request, key, "claim-cite")
    return render(request, "cite.html", {"claim": claim, "cited": _reference(request, claim)})


@of_the_past
def as_bibtex(request, key):
    return _file(request, key, "claim-bibtex", bibtex, "bib", "application/x-bibtex; charset=utf-8")


@of_the_past
def as_ris(request, key):
    return _file(request, key, "claim-ris", ris, "ris", "application/x-research-info-systems; charset=utf-8")


@of_the_past
def as_csl(request, key):
    return _file(request, key, "claim-csl", csl, "json", "application/vnd.citationstyles.csl+json")


def _file(request, key, name, write, ending, media_type):
    claim = claim_seen(key)
    if claim is None:
        return departed(request, key, name)
    cited = _reference(request, claim)
    answer = HttpResponse(write(cited), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{cited.name}.{ending}"'
    return answer


def _reference(request, claim) -> Reference:
    address = request.build_absolute_uri(reverse("claim-version", args=[claim.key, claim.version]))
    return Reference(
        key=claim.key,
        version=claim.version,
        said=claim.wording.said,
        language=claim.wording.language,
        standing="opinion, not assessed" if claim.is_opinion else claim.get_status_display().lower(),
        why=claim.assessment.why if claim.assessment else "",
        made_at=claim.changed_at,
        address=address,
    )
