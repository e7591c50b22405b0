from django.urls import path

from .corrections import CorrectionsFeed
from .pages import about, claims, corrections, home, method, reference, reporting, sources, subjects

urlpatterns = [
    path("", home.home, name="home"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims/<slug:key>/", claims.claim_page, name="claim"),
    path("claims/<slug:key>/v/<int:number>/", claims.claim_version, name="claim-version"),
    path("claims/<slug:key>/diff/<int:one>/<int:two>/", claims.claim_diff, name="claim-diff"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/feed.xml", CorrectionsFeed(), name="corrections-feed"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/<slug:key>/", sources.source_page, name="source"),
    path("subjects/", subjects.subject_list, name="subjects"),
    path("subjects/<slug:key>/", subjects.subject_page, name="subject"),
    path("method/", method.method, name="method"),
    path("method/<slug:version>/", method.method_version, name="method-version"),
    path("about/", about.about, name="about"),
    path("report/", reporting.report, name="report"),
    path("report/<slug:key>/", reporting.sent, name="report-sent"),
    path("api/docs/", reference.reference, name="api-docs"),
]
