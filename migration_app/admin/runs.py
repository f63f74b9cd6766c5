"""The list of runs, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import DurationField, ExpressionWrapper, F
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from migration_app.models.history import Run

from . import wording
from .document import document
from .filters import OutcomeFilter, StartedByFilter
from .page import page_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

    RunModelAdmin = admin.ModelAdmin[Run]
else:
    RunModelAdmin = admin.ModelAdmin

LONGEST_WORDS = 110
LONGEST_NUMBER = 18  # digits that surely fit a 64-bit key


@admin.register(Run)
class RunAdmin(RunModelAdmin):
    """Runs, to look at: nobody adds, changes or deletes them here."""

    list_display = ("run_number", "badge", "command_line", "phase_name", "databases", "took")
    list_display_links = ("run_number",)
    list_filter = (OutcomeFilter, "phase", "command", StartedByFilter)
    list_per_page = 50
    search_fields = ("command", "source", "target", "summary", "error")
    search_help_text = "Command, database, number, or words of the summary or the error"
    date_hierarchy = "started"
    ordering = ("-number",)
    actions = None

    class Media:
        """The style sheet of the list and the page."""

        css = {"all": ["migration_app/history.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        """Give the runs with their duration, which the list can be sorted by."""
        span = ExpressionWrapper(F("finished") - F("started"), output_field=DurationField())
        return super().get_queryset(request).annotate(span=span)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Run], search_term: str
    ) -> tuple[QuerySet[Run], bool]:
        """Search by words, and by number where that is what was typed."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        number = search_term.strip().removeprefix("#")
        if number.isdecimal() and len(number) <= LONGEST_NUMBER:
            found |= queryset.filter(number=int(number))
        return found, duplicates

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody: runs are recorded by what they record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:  # noqa: ARG002
        """Nobody: a record that can be changed proves nothing."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:  # noqa: ARG002
        """Nobody: a record that can be deleted proves nothing."""
        return False

    @admin.display(description="Run", ordering="number")
    def run_number(self, run: Run) -> SafeString:
        """Give the run's number, and when it started, to the minute."""
        at = localtime(run.started)
        html = '#{} <time datetime="{}">{}</time>'
        return format_html(html, run.number, at.isoformat(), date_format(at, "Y-m-d H:i"))

    @admin.display(description="Outcome", ordering="outcome")
    def badge(self, run: Run) -> SafeString:
        """Give how it ended."""
        return wording.badge(run.state)

    @admin.display(description="Command", ordering="command")
    def command_line(self, run: Run) -> SafeString:
        """Give the command, the run it is part of, and what came of it."""
        inside = "" if run.parent_id is None else f" in #{run.parent_id}"
        words = run.error or run.summary
        words = words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"
        html = '{}<span class="dbsep-quiet">{}</span><span class="dbsep-quiet dbsep-words">{}</span>'
        return format_html(html, run.command, inside, words)

    @admin.display(description="Phase", ordering="phase")
    def phase_name(self, run: Run) -> str:
        """Give the phase, by number and name."""
        return run.get_phase_display() or wording.NOTHING

    @admin.display(description="Databases", ordering="source")
    def databases(self, run: Run) -> str:
        """Give source and target."""
        return wording.databases(run.source, run.target)

    @admin.display(description="Duration", ordering="span")
    def took(self, run: Run) -> str:
        """Give how long it took."""
        return wording.duration(run.duration)

    def get_urls(self) -> list[URLPattern]:
        """Give Django's own, and the download."""
        download = self.admin_site.admin_view(self.download_view)
        return [path("<int:number>/json/", download, name="migration_app_run_json"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Show a run."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        run = self._allowed(request, object_id)
        if run is None:
            return self._gone(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Run {run.number}: {run.command}",
            "media": self.media,
            "download": reverse("admin:migration_app_run_json", args=[run.number], current_app=self.admin_site.name),
            **page_of(run, request.GET),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/migration_app/run/page.html", context)

    def download_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Give the run as a JSON file."""
        run = self._allowed(request, str(number))
        if run is None:
            return self._gone(request, str(number))
        response = JsonResponse(document(run), json_dumps_params={"indent": 2, "ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="run-{run.number}.json"'
        return response

    def _gone(self, request: HttpRequest, number: str) -> HttpResponse:
        self.message_user(request, f"There is no run {number}.", messages.WARNING)
        return redirect("admin:migration_app_run_changelist")

    def _allowed(self, request: HttpRequest, number: str) -> Run | None:
        run = self.get_object(request, number)
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return run
