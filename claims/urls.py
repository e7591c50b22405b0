from django.urls import path

from .formats import feeds
from .pages import (
    about,
    by_mail,
    changes,
    citing,
    claim_list,
    claims,
    compare,
    corrections,
    embedding,
    following,
    home,
    mementos,
    method,
    reference,
    reporting,
    sitemaps,
    sources,
    subjects,
)

# What has feeds: under which address, by which name.
FOLLOWED = [
    ("changes", "changes", feeds.ChangesFeed),
    ("corrections", "corrections", feeds.CorrectionsFeed),
    ("claims", "claims", feeds.ListFeed),
    ("claims/<slug:key>", "claim", feeds.ClaimFeed),
    ("sources/<slug:key>", "source", feeds.SourceFeed),
    ("subjects/<slug:key>", "subject", feeds.SubjectFeed),
]

# For programs: one address each, in English.
urlpatterns = [
    path("", home.front_door, name="front-door"),
    path("claims/list.csv", claim_list.claim_csv, name="claims-csv"),
    path("claims/list.xlsx", claim_list.claim_xlsx, name="claims-xlsx"),
    path("claims/list.jsonl", claim_list.claim_json_lines, name="claims-json-lines"),
    path("compare/data.json", compare.compare_json, name="compare-json"),
    path("compare/data.csv", compare.compare_csv, name="compare-csv"),
    path("claims/<slug:key>/card-<int:number>.png", embedding.card, name="claim-card"),
    path("api/docs/", reference.reference, name="api-docs"),
    path("api/docs/<slug:name>/", reference.resource, name="api-docs-of"),
    path("oembed", embedding.oembed, name="oembed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-claims-<int:number>.xml", sitemaps.claims, name="sitemap-claims"),
    path("sitemap-<slug:kind>.xml", sitemaps.part, name="sitemap-part"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("feeds/claimreview.json", following.data_feed, name="data-feed"),
    path("claims/<slug:key>/cite.bib", citing.as_bibtex, name="claim-bibtex"),
    path("claims/<slug:key>/cite.ris", citing.as_ris, name="claim-ris"),
    path("claims/<slug:key>/cite.json", citing.as_csl, name="claim-csl"),
    *(path(f"{at}/feed.xml", feed.written_as(feeds.Atom), name=f"{name}-feed") for at, name, feed in FOLLOWED),
    *(path(f"{at}/feed.json", feed.written_as(feeds.JSONFeed), name=f"{name}-json") for at, name, feed in FOLLOWED),
]

# For readers: each in every language, at the same address behind the prefix of the language (factdesk/urls.py). A page
# of a language has versions of its own, so that the list of them is here too.
pages = [
    path("", home.home, name="home"),
    path("changes/", changes.changes, name="changes"),
    path("claims/", claim_list.claim_list, name="claims"),
    path("claims/<slug:key>/", claims.claim_page, name="claim"),
    path("claims/<slug:key>/v/<int:number>/", claims.claim_version, name="claim-version"),
    path("claims/<slug:key>/diff/<int:one>/<int:two>/", claims.claim_diff, name="claim-diff"),
    path("compare/", compare.compare, name="compare"),
    path("embed/<slug:key>/", embedding.embed, name="embed"),
    path("claims/<slug:key>/timemap/", mementos.time_map, name="claim-timemap"),
    path("claims/<slug:key>/cite/", citing.cite, name="claim-cite"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("feeds/", following.feeds, name="feeds"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/<slug:key>/", sources.source_page, name="source"),
    path("subjects/", subjects.subject_list, name="subjects"),
    path("subjects/<slug:key>/", subjects.subject_page, name="subject"),
    path("method/", method.method, name="method"),
    path("method/<slug:version>/", method.method_version, name="method-version"),
    path("about/", about.about, name="about"),
    path("report/", reporting.report, name="report"),
    path("report/<slug:key>/", reporting.sent, name="report-sent"),
    path("follow/", by_mail.follow, name="follow"),
    path("follow/sent/", by_mail.sent, name="follow-sent"),
    path("follow/confirm/<str:token>/", by_mail.confirm, name="follow-confirm"),
    path("follow/stop/<slug:key>/", by_mail.stop, name="follow-stop"),
]
