"""The app's settings: one dict, `DBSEP`, read into a frozen value.

The system checks report what is wrong with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.conf import settings as django_settings

from migration_app.engine.errors import UsageError
from migration_app.environment import databases_from_environment, legacy_prefix, parse_database_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "ROLES",
    "Problem",
    "Settings",
    "databases_from_environment",
    "get",
    "legacy_prefix",
    "parse_database_url",
    "validate",
]

ROLES: Final = ("production", "test", "staging", "performance")


@dataclass(frozen=True)
class PlatformSchemas:
    """The team's word on which schemas belong to the platform, over what is found by fact."""

    include: tuple[str, ...] = ()
    """Taken for the platform's: left alone."""
    exclude: tuple[str, ...] = ()
    """Taken for the user's, whatever their name or owner."""


@dataclass(frozen=True)
class Settings:
    """What `DBSEP` says, with the defaults filled in. Each field is a key of the dict in capitals."""

    prefix: str = "test_"
    """What the names of test tables begin with; compared exactly, never as a pattern."""
    environment: str = "test"
    """The alias that the core models use when no context manager says otherwise."""
    keep_tables: tuple[str, ...] = ()
    """Tables whose names begin with the prefix but that are production's."""
    backup_dir: Path = Path("var/backups")
    """Where `drop_test_tables` keeps its backups; relative to BASE_DIR, absolute when got."""
    lock_timeout: float = 5.0
    """Seconds to wait for a lock before giving up; 0 waits for ever."""
    statement_timeout: float = 0.0
    """Seconds that one statement may take; 0 means no limit."""
    environments: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({"prod": "production", "test": "test"})
    )
    """Alias → role: production, test, staging or performance."""
    owners: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({"prod": "prod_owner"}))
    """Alias → the alias with the right to change the same database."""
    platform_schemas: PlatformSchemas = PlatformSchemas()
    masking: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """`policy`: the file that `copy_masked` reads unless `--policy` names another; `key_file`: where its key lies."""
    recipes: Path = Path("fixtures/seeds")
    """Where the project's own recipes for `seed_testdata` are; relative to BASE_DIR, absolute when got."""
    user_password: str = "a test user's password"  # noqa: S105 - of nobody
    """What seeded users of a hosting platform log in with."""
    ready_seconds: float = 60.0
    """What a ready test database may cost: how long the team's old way took."""
    test_command: tuple[str, ...] = ()
    """The words of the command that runs the integration tests: ``separate`` runs it and watches production."""

    def role(self, alias: str) -> str | None:
        """Give the role that the settings give to the alias, an owner's alias having that of its database."""
        for plain, owner in self.owners.items():
            if alias == owner:
                return self.environments.get(plain)
        return self.environments.get(alias)

    def is_production(self, alias: str) -> bool:
        """Tell whether the alias is production, or its owner's way in."""
        return self.role(alias) == "production"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the `DBSEP` dict."""

    key: str
    message: str
    hint: str
    unknown: bool = False
    """The key itself is wrong, not its value."""


def get() -> Settings:
    """Read the settings; raises UsageError for the first thing wrong with them."""
    raw = getattr(django_settings, "DBSEP", {})
    problems = validate(raw)
    if problems:
        raise UsageError(problems[0].message, problems[0].hint)
    return _build(raw)


def validate(raw: object) -> tuple[Problem, ...]:
    """Give everything wrong with a `DBSEP` value; nothing for one that works."""
    if not isinstance(raw, dict):
        return (Problem("", f"DBSEP is {_kind(raw)}, not a dict", "Write DBSEP = {…} in the settings.", unknown=True),)
    problems = [
        Problem(str(key), f"DBSEP has no key {key!r}", f"The keys are {', '.join(_RULES)}.", unknown=True)
        for key in raw
        if key not in _RULES
    ]
    for key, rule in _RULES.items():
        if key in raw:
            expected = rule(raw[key])
            if expected:
                message = f"DBSEP[{key!r}] is {raw[key]!r}, which won't do"
                problems.append(Problem(key, message, f"Expected {expected}."))
    return tuple(problems)


def _build(raw: Mapping[str, object]) -> Settings:
    values: dict[str, object] = {}
    for each in fields(Settings):
        if each.name.upper() in raw:
            values[each.name] = _CONVERT.get(each.name, _same)(raw[each.name.upper()])
        elif isinstance(each.default, Path):
            values[each.name] = _path(each.default)
    return Settings(**values)  # type: ignore[arg-type]  # validate() has checked each


def _same(value: object) -> object:
    return value


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"


def _words(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (list, tuple, set, frozenset)) else ()


def _mapping(value: object) -> Mapping[str, str]:
    return MappingProxyType(dict(value)) if isinstance(value, dict) else MappingProxyType({})


def _platform(value: object) -> PlatformSchemas:
    given = _mapping(value)
    return PlatformSchemas(_words(given.get("include", ())), _words(given.get("exclude", ())))


def _path(value: object) -> Path:
    base = getattr(django_settings, "BASE_DIR", Path())
    return (Path(base) / str(value)).absolute()


_CONVERT: Final[Mapping[str, Callable[[object], object]]] = {
    "keep_tables": _words,
    "test_command": _words,
    "environments": _mapping,
    "owners": _mapping,
    "masking": _mapping,
    "platform_schemas": _platform,
    "backup_dir": _path,
    "recipes": _path,
}


def _is_words(value: object) -> bool:
    return isinstance(value, (list, tuple, set, frozenset)) and all(isinstance(word, str) and word for word in value)


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(x, str) and x for pair in value.items() for x in pair)


def _name(value: object) -> str:
    return "" if isinstance(value, str) and value else "a string that isn't empty"


def _names(value: object) -> str:
    return "" if _is_words(value) else "a list of names"


def _directory(value: object) -> str:
    return "" if isinstance(value, (str, Path)) and str(value) else "a path"


def _seconds(value: object) -> str:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf
    return "" if fits else "a number of seconds, 0 or more"


def _roles(value: object) -> str:
    fits = _is_text_map(value) and all(role in ROLES for role in _mapping(value).values())
    return "" if fits else f"a dict of alias → role, a role being one of {', '.join(ROLES)}"


def _aliases(value: object) -> str:
    return "" if _is_text_map(value) else "a dict of alias → alias"


def _overrides(value: object) -> str:
    fits = isinstance(value, dict) and set(value) <= {"include", "exclude"} and all(map(_is_words, value.values()))
    return "" if fits else "a dict with the keys include and exclude, each a list of schema names"


def _masking(value: object) -> str:
    fits = _is_text_map(value) and set(_mapping(value)) <= {"policy", "key_file"}
    return "" if fits else "a dict with the keys policy and key_file, each a path"


_RULES: Final[Mapping[str, Callable[[object], str]]] = {
    "PREFIX": _name,
    "ENVIRONMENT": _name,
    "KEEP_TABLES": _names,
    "BACKUP_DIR": _directory,
    "LOCK_TIMEOUT": _seconds,
    "STATEMENT_TIMEOUT": _seconds,
    "ENVIRONMENTS": _roles,
    "OWNERS": _aliases,
    "PLATFORM_SCHEMAS": _overrides,
    "MASKING": _masking,
    "RECIPES": _directory,
    "USER_PASSWORD": _name,
    "READY_SECONDS": _seconds,
    "TEST_COMMAND": _names,
}
