"""Every public page before the Nu Html Checker of the W3C."""

import pytest

from claims.urls import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.deep, pytest.mark.xdist_group("judges")]
FILES = {"claims-csv", "compare-json", "compare-csv", "claim-card", "oembed", "data-feed", "robots", "claim-timemap"}
FILES |= {
    "claim-bibtex",
    "claim-ris",
    "claim-csl",
    "sitemap",
    "sitemap-claims",
    "sitemap-part",
    "claims-xlsx",
    "claims-json-lines",
}


def test_every_kind_of_page_is_there(nu, published):
    kinds = {p.name for p in urlpatterns if not p.name.endswith(("-feed", "-json"))} - FILES
    assert kinds - published.names == set()


def test_every_page_is_valid_html(nu, published):
    assert len(published.pages) > 400
    assert {address: said for address, said in nu(published.pages).items() if said} == {}


BREAKS = {
    "an element that is none": ("</main>", "<claim>A claim.</claim></main>"),
    "an attribute that is none": ("<main", "<main claim='1'"),
    "a list in a heading": ("</h1>", "<ul><li>one</li></ul></h1>"),
    "no end of the main part": ("</main>", ""),
    "an id twice": ("</main>", "<p id='twice'></p><p id='twice'></p></main>"),
    "a picture without words": ("</main>", "<img src='a.png'></main>"),
    "a date in words": ("</main>", "<time datetime='March 2024'>March</time></main>"),
    "a language that is none": ("</main>", "<p lang='xx-bogus-tag'>one</p></main>"),
    "a label of nothing": ("</main>", "<label for='nothing'>one</label></main>"),
}


def test_a_page_that_is_broken_is_found(nu, published):
    pages = [*dict.fromkeys(["/", "/claims/", "/corrections/", *list(published.claims)[:7]])]
    broken = {}
    for address in pages:
        for name, (part, instead) in BREAKS.items():
            assert part in published.pages[address]
            broken[f"{address}: {name}"] = published.pages[address].replace(part, instead, 1)
    found = nu(broken)
    assert len(broken) == 90 and [name for name in broken if not found[name]] == []
