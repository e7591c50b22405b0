from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import DefaultRouter

from . import api

router = DefaultRouter()
router.include_format_suffixes = False
router.register("claims", api.Claims, "claim")
router.register("assessments", api.Assessments, "assessment")
router.register("sources", api.Sources, "source")
router.register("passages", api.Passages, "passage")
router.register("subjects", api.Subjects, "subject")

urlpatterns = [path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"), *router.urls]
