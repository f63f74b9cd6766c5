"""What can go wrong with a server of our own."""

from __future__ import annotations

from dataclasses import dataclass

from migration_app.engine.errors import DbsepError, Said


@dataclass(eq=False)
class ServerMissing(DbsepError):
    """No PostgreSQL of the wanted major version is on this machine."""

    version: int

    @property
    def message(self) -> str:
        return f"no PostgreSQL {self.version} found on this machine"

    @property
    def hint(self) -> str:
        return (
            "Install dbsep[embedded] (it brings 16 and 18) or your system's PostgreSQL, or set "
            f"DBSEP_POSTGRES_{self.version} to a directory that holds bin/postgres."
        )


class ServerFailed(Said):
    """A server could not be made, started or stopped."""
