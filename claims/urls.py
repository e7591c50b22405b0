from django.urls import path

from . import views
from .corrections import CorrectionsFeed

urlpatterns = [
    path("", views.home, name="home"),
    path("claims/", views.claim_list, name="claims"),
    path("claims/<slug:key>/", views.claim_page, name="claim"),
    path("claims/<slug:key>/v/<int:number>/", views.claim_version, name="claim-version"),
    path("claims/<slug:key>/diff/<int:one>/<int:two>/", views.claim_diff, name="claim-diff"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/feed.xml", CorrectionsFeed(), name="corrections-feed"),
    path("sources/", views.source_list, name="sources"),
    path("sources/<slug:key>/", views.source_page, name="source"),
    path("subjects/", views.subject_list, name="subjects"),
    path("subjects/<slug:key>/", views.subject_page, name="subject"),
    path("method/", views.method, name="method"),
]
