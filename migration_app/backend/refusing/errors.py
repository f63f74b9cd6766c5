"""The refusal, and who asked."""

from __future__ import annotations

import os
import sys
import sysconfig
import unittest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from migration_app.engine.errors import Refused

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE: Final = str(Path(__file__).resolve().parents[2])
_LIBRARIES: Final = tuple(
    {os.path.realpath(path) + os.sep for name, path in sysconfig.get_paths().items() if name.endswith("lib")}
)
_INSTALLED: Final = f"{os.sep}site-packages{os.sep}"


refused: list[str] = []
"""Who asked in this process, for the report at the end."""


class ProductionRefused(Refused):
    """A test asked for production; nothing was sent there."""


def refuse(alias: str) -> ProductionRefused:
    """Give the error that names the test and the line that asked for the alias."""
    place, test = _asked()
    refused.append(f"{place} in {test}" if test else place)
    who = f"{place} in {test}" if test else place
    return ProductionRefused(
        f"{who} asks for {alias!r}, which is production and out of reach under test",
        'Use the test alias: databases=["test"], using("test") or connections["test"].',
    )


def _asked() -> tuple[str, str]:
    """Find the innermost line of the project's own code, and the test that is running."""
    place, test = "", os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    # manage.py is on every stack and asks for nothing.
    main = getattr(sys.modules["__main__"], "__file__", None)
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - the documented way to walk a stack without reading sources
    while frame is not None:
        file = frame.f_code.co_filename
        if not place and not _is_library(file) and file != main:
            place = f"{_short(file)}:{frame.f_lineno}"
        owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
        if not test and isinstance(owner, unittest.TestCase):
            test = owner.id()
        if not test and isinstance(owner, type) and issubclass(owner, unittest.TestCase):
            test = f"{owner.__module__}.{owner.__qualname__}"
        frame = frame.f_back
    return place or "a line outside of the project", test or _running()


def _running() -> str:
    """Name the test case that some thread is in: a thread that a test starts doesn't have it on its own stack."""
    for frame in sys._current_frames().values():  # noqa: SLF001 - the documented way to see the other threads
        each: FrameType | None = frame
        while each is not None:
            owner = each.f_locals.get("self")
            if isinstance(owner, unittest.TestCase):
                return owner.id()
            each = each.f_back
    return ""


def _is_library(file: str) -> bool:
    real = os.path.realpath(file)
    return file.startswith("<") or _INSTALLED in real or real.startswith((_PACKAGE + os.sep, *_LIBRARIES))


def _short(file: str) -> str:
    here = str(Path.cwd()) + os.sep
    return file.removeprefix(here)
