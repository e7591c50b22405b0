from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth import views
from django.urls import include, path

from claims.api import fact_checks
from claims.urls import pages

named = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
urlpatterns = [
    # A password that was forgotten comes anew by e-mail, for an account that is active.
    path("admin/password_reset/", views.PasswordResetView.as_view(extra_context=named), name="admin_password_reset"),
    path(
        "admin/password_reset/done/",
        views.PasswordResetDoneView.as_view(extra_context=named),
        name="password_reset_done",
    ),
    path(
        "admin/reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(extra_context=named),
        name="password_reset_confirm",
    ),
    path(
        "admin/reset/done/",
        views.PasswordResetCompleteView.as_view(extra_context=named),
        name="password_reset_complete",
    ),
    path("admin/", admin.site.urls),
    path("api/v1/desk/", include("claims.api.desk.urls")),
    path("api/v1/", include("claims.api.urls")),
    path("v1alpha1/claims:search", fact_checks.search, name="fact-checks"),
    path("", include("claims.urls")),
    *i18n_patterns(path("", include(pages)), prefix_default_language=False),
]
handler400 = "claims.problems.bad_request"
handler403 = "claims.problems.forbidden"
handler404 = "claims.problems.not_found"
handler500 = "claims.problems.failed"
