"""The list's filters that need more than a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from migration_app.models.history import Outcome, Run

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class OutcomeFilter(admin.SimpleListFilter):
    """By outcome, where a run whose process is gone counts as interrupted."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, _request: HttpRequest, _model_admin: admin.ModelAdmin[Run]) -> list[tuple[str, str]]:
        """Give every outcome."""
        return [(value, label) for value, label in Outcome.choices]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs that ended so."""
        wanted = self.value()
        if wanted not in {Outcome.RUNNING, Outcome.INTERRUPTED}:
            return queryset.filter(outcome=wanted) if wanted else queryset
        # Whether a process lives is asked of the system, not of the database; unfinished runs are few.
        unfinished = Run.objects.filter(outcome=Outcome.RUNNING)
        gone = [run.number for run in unfinished if run.state == Outcome.INTERRUPTED]
        if wanted == Outcome.RUNNING:
            return queryset.filter(outcome=Outcome.RUNNING).exclude(number__in=gone)
        return queryset.filter(number__in=gone) | queryset.filter(outcome=Outcome.INTERRUPTED)


class StartedByFilter(admin.SimpleListFilter):
    """By whether a person started the run, or another run did."""

    title = "started by"
    parameter_name = "by"

    def lookups(self, _request: HttpRequest, _model_admin: admin.ModelAdmin[Run]) -> list[tuple[str, str]]:
        """Give the two ways in which a run starts."""
        return [("person", "a call"), ("run", "another run")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Run]) -> QuerySet[Run]:
        """Keep the runs that started so."""
        return queryset if self.value() is None else queryset.filter(parent__isnull=self.value() == "person")
