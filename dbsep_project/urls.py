"""The host's addresses: the admin, and nothing else."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    # The host answers on the loopback interface only, and is to look right without DEBUG, too.
    path("static/<path:path>", serve, {"insecure": True}),
]
