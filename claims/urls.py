from django.urls import path

from .corrections import CorrectionsFeed
from .pages import changes, citing, claims, corrections, home, method, sources, subjects

urlpatterns = [
    path("", home.home, name="home"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/<slug:key>/", claims.claim_page, name="claim"),
    path("claims/<slug:key>/v/<int:number>/", claims.claim_version, name="claim-version"),
    path("claims/<slug:key>/diff/<int:one>/<int:two>/", claims.claim_diff, name="claim-diff"),
    path("claims/<slug:key>/cite/", citing.cite, name="claim-cite"),
    path("claims/<slug:key>/cite.bib", citing.as_bibtex, name="claim-bibtex"),
    path("claims/<slug:key>/cite.ris", citing.as_ris, name="claim-ris"),
    path("claims/<slug:key>/cite.json", citing.as_csl, name="claim-csl"),
    path("changes/", changes.changes, name="changes"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/feed.xml", CorrectionsFeed(), name="corrections-feed"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/<slug:key>/", sources.source_page, name="source"),
    path("subjects/", subjects.subject_list, name="subjects"),
    path("subjects/<slug:key>/", subjects.subject_page, name="subject"),
    path("method/", method.method, name="method"),
]
