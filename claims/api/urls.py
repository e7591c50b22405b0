from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import DefaultRouter

from ..caching import varying_on
from . import annotations, changes, reading

router = DefaultRouter()
router.include_format_suffixes = False
router.register("claims", reading.Claims, "claim")
router.register("wordings", reading.Wordings, "wording")
router.register("assessments", reading.Assessments, "assessment")
router.register("citations", reading.Citations, "citation")
router.register("appearances", reading.Appearances, "appearance")
router.register("passages", reading.Passages, "passage")
router.register("sources", reading.Sources, "source")
router.register("captures", reading.Captures, "capture")
router.register("outlets", reading.Outlets, "outlet")
router.register("subjects", reading.Subjects, "subject")
router.register("corrections", reading.Corrections, "correction")
router.register("replies", reading.Replies, "reply")

container = varying_on("Accept", "Prefer")(annotations.Container.as_view())

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("changes/", changes.Changes.as_view(), name="change-list"),
    path("annotations/", container, name="annotation-list"),
    re_path(rf"^annotations/(?P<ref>{reading.PLACE})/$", annotations.Annotation.as_view(), name="annotation-detail"),
    *router.urls,
]
