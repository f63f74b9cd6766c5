"""What both sides of a temporary file need: an error that says where there is no room."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import gettempdir
from typing import TYPE_CHECKING

from .errors import NoRoom

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def writing_temporary() -> Iterator[None]:
    """Turn what the system says of a temporary file in the block into NoRoom."""
    try:
        yield
    except OSError as error:
        raise NoRoom(gettempdir(), error.strerror or str(error)) from None
