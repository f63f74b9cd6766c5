"""Tries to get into production as a test process could, and looks what it could do there: nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from migration_app.engine.errors import DbsepError
from migration_app.environment import SUPABASE_HOSTS
from migration_app.services.connecting import connection_params, session_as
from migration_app.services.connecting.powers import Powers, powers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migration_app.services.credentials import Credential

OWN: Final = "the test alias's own user and password"
_BANS: Final = "not tried: the platform bans addresses after wrong passwords"


@dataclass(frozen=True)
class Way:
    """One user and password, tried on production."""

    places: tuple[str, ...]
    """Where they can be read."""
    user: str
    tests_own: bool
    """They are the test alias's: every test process holds them."""
    powers: Powers | None
    """None where there was no way in."""
    reason: str
    """Why there was no way in."""

    @property
    def open(self) -> bool:
        """Whether production could be changed this way."""
        return self.powers is not None and self.powers.harmful

    def document(self) -> dict[str, object]:
        """Give the way as it stands in JSON documents; it holds no secret."""
        found = self.powers
        return {
            "places": list(self.places),
            "user": self.user,
            "tests_own": self.tests_own,
            "connects": found is not None,
            "reason": self.reason,
            "attributes": list(found.attributes) if found else [],
            "owns_database": bool(found and found.owns_database),
            "may_create": bool(found and found.may_create),
            "privileges": dict(found.privileges) if found else {},
            "writable_tables": found.writable if found else 0,
            "tables": found.tables if found else None,
            "read_only_by_default": bool(found and found.read_only),
            "could_run": found.wrote if found else "",
        }


def ways_in(source: str, target: str, seen: Iterable[tuple[Credential, str, str]]) -> tuple[Way, ...]:
    """Try each user and password that lies about, and the test alias's own, on production: once each.

    Args:
        source: production's alias.
        target: the test alias.
        seen: where each user and password was found.

    """
    production, test = connection_params(source), connection_params(target)
    places: dict[tuple[str, str], list[str]] = {}
    for credential, user, password in seen:
        places.setdefault((user, password), []).append(str(credential))
    own = (str(test.get("user") or ""), str(test.get("password") or ""))
    places.setdefault(own, []).insert(0, OWN)
    return tuple(_try(source, production, who, where, own=who == own) for who, where in places.items())


def _try(alias: str, production: Mapping[str, Any], who: tuple[str, str], places: list[str], *, own: bool) -> Way:
    user, password = who
    params = {key: value for key, value in production.items() if key not in ("user", "password")}
    params |= {key: value for key, value in (("user", user), ("password", password)) if value}
    known = (user, password) == (str(production.get("user") or ""), str(production.get("password") or ""))
    if not known and str(production.get("host", "")).endswith(SUPABASE_HOSTS):
        return Way(tuple(places), user, own, None, _BANS)
    try:
        with session_as(alias, params) as conn:
            return Way(tuple(places), user, own, powers(conn), "")
    except DbsepError as error:
        return Way(tuple(places), user, own, None, error.message)
