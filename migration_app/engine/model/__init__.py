"""The values that every stage speaks: addresses, objects, snapshots, changes, statements.

A database schema is a set of small facts. A column, a constraint, an index, a comment, a grant: each is an object of
its own with an address and the addresses it requires. A table does not contain its columns. So comparing needs no
knowledge of kinds, and one graph orders everything.
"""

from __future__ import annotations

from .facts import Fact
from .objects import Address, Alter, Ddl, Hazard, Object, Severity
from .plans import Change, Context, Making, Plan, Statement, Verb, Verdict
from .snapshots import Sighting, Snapshot

__all__ = [
    "Address",
    "Alter",
    "Change",
    "Context",
    "Ddl",
    "Fact",
    "Hazard",
    "Making",
    "Object",
    "Plan",
    "Severity",
    "Sighting",
    "Snapshot",
    "Statement",
    "Verb",
    "Verdict",
]
