"""What a test run knows of an alias; kept in the alias's settings, which all threads share and children inherit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Testing:
    """The worker's database, and what it is a copy of."""

    source: str
    """The alias's own database."""
    run: int
    template: str
    schema_hash: str
    generation: int = 0
    """How often the worker's database was replaced."""
    seconds: float = 0.0
    """What making the worker's first database took, the template's building aside."""
