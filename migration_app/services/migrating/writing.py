"""Puts the files where their tools look for them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.apps import apps

from migration_app.engine.errors import UsageError
from migration_app.services.migrating.forms import django_text, sql_text, supabase_texts

if TYPE_CHECKING:
    from migration_app.services.migrating.script import Script

STYLES: Final = ("django", "sql", "supabase")
_NUMBERED: Final = re.compile(r"(\d{4})_\w+")


def require_name(name: str) -> None:
    """Raise UsageError for a name that can't be a file's and a module's."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,80}", name):
        raise UsageError(
            f"{name!r} can't name a migration", "Use small letters, digits and underscores, as add_order_totals."
        )


def write_migration(script: Script, style: str, directory: str | Path | None = None) -> tuple[Path, ...]:
    """Write the script in a style; give the files, the way there first.

    Raises:
        UsageError: the directory isn't said and can't be guessed, or can't be written to.
        Refused: a statement may hold a password.

    """
    require_name(script.name)
    texts = {"django": _django, "sql": _sql, "supabase": _supabase}[style](script, directory)
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}", "Name another --directory.") from error
    return tuple(texts)


def _django(script: Script, directory: str | Path | None) -> dict[Path, str]:
    if directory is None:
        raise UsageError("a Django migration belongs to an app", "Name the app's folder: --directory shop/migrations.")
    folder = Path(directory)
    previous = sorted(path.stem for path in folder.glob("*.py") if _NUMBERED.fullmatch(path.stem))
    text = django_text(script, _label(folder), previous[-1] if previous else None)
    return {folder / f"{_next(previous):04}_{script.name}.py": text}


def _label(folder: Path) -> str:
    package = folder.resolve().parent
    return next((app.label for app in apps.get_app_configs() if Path(app.path).resolve() == package), package.name)


def _sql(script: Script, directory: str | Path | None) -> dict[Path, str]:
    folder = Path(directory or "migrations")
    stem = f"{_next([path.name for path in folder.glob('*.up.sql')]):04}_{script.name}"
    files = {folder / f"{stem}.up.sql": sql_text(script, script.there)}
    if script.back is not None:
        files[folder / f"{stem}.down.sql"] = sql_text(script, script.back)
    return files


def _supabase(script: Script, directory: str | Path | None) -> dict[Path, str]:
    folder = Path(directory or "supabase/migrations")
    now = datetime.now(UTC)
    names = [path.name for path in folder.glob("*.sql")]
    files: dict[Path, str] = {}
    for text in supabase_texts(script, script.there):
        while any(name.startswith(f"{now:%Y%m%d%H%M%S}_") for name in names):
            now += timedelta(seconds=1)
        name = f"{now:%Y%m%d%H%M%S}_{script.name}.sql"
        names.append(name)
        files[folder / name] = text
    if script.back is not None and files:
        # The CLI knows no way back: a file beside its folder, which it doesn't run.
        files[folder.parent / "rollbacks" / next(iter(files)).name] = sql_text(script, script.back)
    return files


def _next(names: list[str]) -> int:
    return max((int(match[1]) for name in names if (match := re.match(r"(\d{4})_", name))), default=0) + 1
