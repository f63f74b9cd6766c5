"""System checks: is everything set up so that production and the other databases are really apart.

`manage.py check` looks at the settings; `manage.py check --database prod --database test` also connects.
Errors stop the commands that change something; warnings are for a person. `docs/reference/checks.md` lists
the ids.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name

from migration_app import conf
from migration_app.environment import LEGACY_PREFIX
from migration_app.services.probing import Finding, probe_alias, probe_pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.apps import AppConfig

APP: Final = "migration_app"
ADDRESSES: Final = "migration_app_addresses"
"""A tag of its own: commands prove their two databases distinct instead, and refuse (exit code 3)."""
ROUTER: Final = "migration_app.router.Router"
_LOCAL_HOSTS: Final = ("", "localhost", "127.0.0.1", "::1")
_UNSAFE_MODES: Final = ("disable", "allow", "prefer")


@register(APP)
def check_dbsep(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:  # noqa: ARG001
    """E001, E002: what is wrong with the DBSEP dict; E003: an alias in it that DATABASES lacks."""
    raw = getattr(django_settings, "DBSEP", {})
    found: list[CheckMessage] = []
    for problem in conf.validate(raw):
        number = "E001" if problem.unknown else "E002"
        found.append(Error(problem.message, hint=problem.hint, id=f"{APP}.{number}"))
    if found:
        return found
    for key, alias in _aliases_named(raw):
        if alias not in _databases():
            hint = f"Set {alias.upper()}_DATABASE_URL, or correct the name."
            found.append(
                Error(
                    f"DBSEP[{key!r}] names the alias {alias!r}, which doesn't exist",
                    hint=hint,
                    id=f"{APP}.E003",
                )
            )
    return found


def _aliases_named(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "ENVIRONMENT" in raw:
        yield "ENVIRONMENT", raw["ENVIRONMENT"]
    for alias in raw.get("ENVIRONMENTS", {}):
        yield "ENVIRONMENTS", alias
    for plain, owner in raw.get("OWNERS", {}).items():
        yield "OWNERS", plain
        yield "OWNERS", owner


@register(APP)
def check_legacy_prefix(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:  # noqa: ARG001
    """E004: the prefix setting of old, wherever it still stands, with the line to put in its place."""
    base = Path(getattr(django_settings, "BASE_DIR", Path.cwd()))
    have_test = "test" in _databases()
    instead = "TEST_DATABASE_URL=postgresql://user:password@host:5432/database"
    found: list[CheckMessage] = []
    for legacy in conf.legacy_prefix(base):
        also = " TEST_DATABASE_URL is set already." if have_test else f" Put in its place: {instead}"
        hint = f"Test tables get a database of their own instead of a prefix: remove the line.{also}"
        message = f"{legacy.place} still sets {LEGACY_PREFIX}={legacy.value}"
        found.append(Error(message, hint=hint, id=f"{APP}.E004"))
    return found


@register(ADDRESSES)
def check_addresses(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:  # noqa: ARG001
    """E005: production and another alias at the same address; W002: a password that travels unencrypted."""
    found: list[CheckMessage] = []
    for one, other in combinations(_ours(), 2):
        if _address(one) == _address(other) and _one_is_production(one, other):
            found.append(
                Error(
                    f"the aliases {one!r} and {other!r} are the same database, {_shown(one)}",
                    hint=f"Give {other.upper()}_DATABASE_URL a database of its own.",
                    id=f"{APP}.E005",
                )
            )
    for alias in _ours():
        config = _databases()[alias]
        host = str(config.get("HOST") or "")
        mode = str(config.get("OPTIONS", {}).get("sslmode", "prefer"))
        if host not in _LOCAL_HOSTS and not host.startswith(("/", "@")) and mode in _UNSAFE_MODES:
            message = f"the connection to {alias!r} at {host} may go unencrypted (sslmode={mode})"
            hint = f"Add ?sslmode=require, or verify-full, to {alias.upper()}_DATABASE_URL."
            found.append(Warning(message, hint=hint, id=f"{APP}.W002"))
    return found


@register(APP)
def check_router(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:  # noqa: ARG001
    """W001: without the router the core models go to the control database."""
    if ROUTER in getattr(django_settings, "DATABASE_ROUTERS", ()):
        return []
    hint = f'Add DATABASE_ROUTERS = ["{ROUTER}"] to the settings.'
    return [
        Warning(
            "the router is missing: the core models would be looked for in `default`",
            hint=hint,
            id=f"{APP}.W001",
        )
    ]


@register(APP, Tags.database)
def check_databases(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Iterable[str] | None = None,
    **_: object,
) -> list[CheckMessage]:
    """E010 to E013, W010 to W012: what only a connection can tell, for the aliases of `check --database`."""
    asked = [alias for alias in databases or () if alias in _ours()]
    if not asked or conf.validate(getattr(django_settings, "DBSEP", {})):
        return []
    findings: list[Finding] = []
    reached = []
    for alias in asked:
        of_alias = probe_alias(alias)
        findings += of_alias
        if not any(each.id == "E010" for each in of_alias):
            reached.append(alias)
    for one, other in combinations(reached, 2):
        findings += probe_pair(one, other, same=_same_by_design(one, other))
    return [_message(each) for each in findings]


def _message(finding: Finding) -> CheckMessage:
    kind = Error if finding.id.startswith("E") else Warning
    return kind(finding.message, hint=finding.hint or None, id=f"{APP}.{finding.id}")


def _databases() -> Mapping[str, Mapping[str, Any]]:
    databases: Mapping[str, Mapping[str, Any]] = django_settings.DATABASES
    return databases


def _ours() -> list[str]:
    """Give the aliases on PostgreSQL but for the control database."""
    settled = ("postgresql", "postgis", "migration_app.backend")
    return [
        alias
        for alias, config in _databases().items()
        if alias != "default" and str(config.get("ENGINE", "")).rpartition(".backends.")[2] in settled
    ]


def _address(alias: str) -> tuple[str, ...]:
    """Give what tells two addresses apart; behind Supabase's pooler that is the user's name."""
    config = _databases()[alias]
    options = config.get("OPTIONS", {})
    host = str(config.get("HOST") or options.get("host") or "")
    host = "localhost" if host in _LOCAL_HOSTS else host.lower()
    port = str(config.get("PORT") or options.get("port") or "5432")
    user = str(config.get("USER") or "")
    tenant = user if host.endswith("pooler.supabase.com") else ""
    return (host, port, str(config.get("NAME") or ""), tenant, str(options.get("service", "")))


def _shown(alias: str) -> str:
    host, port, name, *_ = _address(alias)
    return f"{name}@{host}:{port}"


def _one_is_production(one: str, other: str) -> bool:
    if conf.validate(getattr(django_settings, "DBSEP", {})):
        return False
    settings = conf.get()
    return settings.is_production(one) != settings.is_production(other)


def _same_by_design(one: str, other: str) -> bool:
    """Tell whether one alias is the other's owner."""
    raw = getattr(django_settings, "DBSEP", {})
    owners = {} if conf.validate(raw) else conf.get().owners
    return owners.get(one) == other or owners.get(other) == one
