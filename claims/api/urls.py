from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import DefaultRouter

from . import reading

router = DefaultRouter()
router.include_format_suffixes = False
router.register("claims", reading.Claims, "claim")
router.register("assessments", reading.Assessments, "assessment")
router.register("sources", reading.Sources, "source")
router.register("passages", reading.Passages, "passage")
router.register("subjects", reading.Subjects, "subject")

urlpatterns = [path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"), *router.urls]
