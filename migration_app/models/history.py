"""What was done: runs, their steps, their statements and what they found.

These tables live in the control database, so only fields that every database of Django's has are used. Rows
are written by :mod:`migration_app.services.history` alone, and only shown by the admin.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from .process import is_alive

# A run on another machine can't be asked whether it lives; this long without a sign says that it doesn't.
SILENCE = timedelta(hours=6)


class Outcome(models.TextChoices):
    """How a run or a step ended; the command's exit code says the same."""

    RUNNING = "running", "running"
    DONE = "done", "done"
    DIFFERENCES = "differences", "differences found"
    REFUSED = "refused", "refused by a guard"
    FAILED = "failed", "failed"
    INTERRUPTED = "interrupted", "interrupted"


class Phase(models.TextChoices):
    """The phases of the way from one tangled database to two."""

    ANALYSE = "0", "0 analyse"
    SEPARATE = "1", "1 separate environments"
    CLEAN = "2", "2 clean production"
    CLONE = "3", "3 clone"
    TESTING = "4", "4 test infrastructure"
    AFTER = "5", "5 CI and after"
    ALL = "all", "all phases"


class Timed(models.Model):
    """A span of time with an outcome."""

    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.RUNNING)

    class Meta:
        abstract = True

    @property
    def duration(self) -> timedelta | None:
        """The time from start to end; None while there is no end."""
        return None if self.finished is None else self.finished - self.started


class Run(Timed):
    """One call of a command or a service. Its primary key is the number that is printed."""

    number = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    parent_step = models.ForeignKey("Step", models.CASCADE, null=True, blank=True, related_name="runs")
    command = models.CharField(max_length=100)
    phase = models.CharField(max_length=3, choices=Phase.choices, blank=True)
    arguments = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_fingerprint = models.TextField(blank=True)
    target = models.CharField(max_length=200, blank=True)
    target_fingerprint = models.TextField(blank=True)
    exit_code = models.SmallIntegerField(null=True, blank=True)
    summary = models.TextField(blank=True)
    error = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    source_hash = models.CharField("source schema hash", max_length=128, blank=True)
    target_hash = models.CharField("target schema hash", max_length=128, blank=True)
    plan_digest = models.CharField(max_length=128, blank=True)
    host = models.CharField(max_length=255, blank=True)
    pid = models.BigIntegerField("process", null=True, blank=True)
    process_birth = models.CharField(max_length=100, blank=True)
    heartbeat = models.DateTimeField("last sign of life", default=timezone.now)

    class Meta:
        ordering = ("-number",)
        indexes = (
            models.Index(fields=["command", "-number"], name="run_command_number"),
            models.Index(fields=["started"], name="run_started"),
        )

    def __str__(self) -> str:
        return f"run {self.number}: {self.command}"

    @property
    def state(self) -> str:
        """The outcome, where a run whose process is gone without an end reads ``interrupted``."""
        if self.outcome != Outcome.RUNNING:
            return self.outcome
        alive = is_alive(self.host, self.pid, self.process_birth)
        if alive is None:
            alive = timezone.now() - self.heartbeat < SILENCE
        return Outcome.RUNNING if alive else Outcome.INTERRUPTED


class Step(Timed):
    """One part of a run, in order; committed when it starts and again when it ends."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    order = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    detail = models.JSONField(default=dict, blank=True)
    round_trips = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("run", "order")
        constraints = (models.UniqueConstraint(fields=["run", "order"], name="step_order_once"),)

    def __str__(self) -> str:
        return self.name


class StatementRecord(models.Model):
    """A statement of a run's plan, without its secrets, and what became of it."""

    class Outcome(models.TextChoices):
        """What became of a statement."""

        PLANNED = "planned", "planned"
        APPLIED = "applied", "applied"
        FAILED = "failed", "failed"
        UNDONE = "undone", "rolled back"

    run = models.ForeignKey(Run, models.CASCADE, related_name="statements")
    step = models.ForeignKey(Step, models.CASCADE, null=True, blank=True, related_name="statements")
    order = models.PositiveIntegerField()
    verb = models.CharField(max_length=50, blank=True)
    address = models.TextField(blank=True)
    sql = models.TextField()
    hazards = models.JSONField(default=list, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.PLANNED)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = "statement"
        ordering = ("run", "order")
        constraints = (models.UniqueConstraint(fields=["run", "order"], name="statement_order_once"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.address}".strip()


class Finding(models.Model):
    """A difference that a run found: an object that was added, removed or changed."""

    class Change(models.TextChoices):
        """In which way the two sides differ; the attributes say which side has what."""

        ADDED = "added", "added"
        REMOVED = "removed", "removed"
        CHANGED = "changed", "changed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=50)
    address = models.TextField()
    change = models.CharField(max_length=20, choices=Change.choices)
    severity = models.CharField(max_length=20, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    """Name of the attribute → ``{"source": …, "target": …}``."""

    class Meta:
        ordering = ("run", "order")
        constraints = (models.UniqueConstraint(fields=["run", "order"], name="finding_order_once"),)

    def __str__(self) -> str:
        return f"{self.change} {self.address}"
