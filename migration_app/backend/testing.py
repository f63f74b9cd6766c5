"""What a test run knows of an alias; kept in the alias's settings, which all threads share and children inherit."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Testing:
    """The worker's database, and what it is a copy of."""

    source: str
    """The alias's own database."""
    run: int
    template: str
    schema_hash: str
    sequences: str
    """Where the template's sequences stand."""
    lacks: tuple[str, ...] = ()
    """What the template does without."""
    generation: int = 0
    """How often the worker's database was replaced."""
    dirty: bool = False
    """Something was done that the server doesn't count."""
    keep: str = ""
    """Of which failed test the database is to be kept."""
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Test and database, of those that were kept."""
    times: list[tuple[str, float]] = field(default_factory=list)
    """What was done to have a clean database, and the seconds it took: ``template``, ``copy``, ``wait``,
    ``rename``, ``look``."""


made: list[Testing] = []
"""All that this process was set up with, for the report at the end."""
