"""PostgreSQL servers of our own, for tests and the demonstration.

Nothing is installed on the machine, and nothing outside of the servers' own directories is touched.
Imports neither Django nor psycopg, so that clearing up works with any Python.
"""

from __future__ import annotations

from migration_app.embedded.binaries import Binaries, available, binaries
from migration_app.embedded.cluster import Cluster, remove
from migration_app.embedded.errors import ServerFailed, ServerMissing

__all__ = ["Binaries", "Cluster", "ServerFailed", "ServerMissing", "available", "binaries", "remove"]
