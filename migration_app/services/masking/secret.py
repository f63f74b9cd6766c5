"""The key of the masks: from the environment, or from a file of this machine; never beside the data."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings as django_settings

from migration_app import conf
from migration_app.engine.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

VARIABLE: Final = "DBSEP_MASKING_KEY"
FILE: Final = "var/masking.key"
_SHORTEST: Final = 16
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secret:
    """The key that masks are made with."""

    key: bytes = field(repr=False)
    """32 bytes, derived from what was given."""
    origin: str
    """Where it was found."""

    @classmethod
    def of(cls, words: str, origin: str) -> Self:
        """Derive the key; raises UsageError for words that could be guessed."""
        if len(words) < _SHORTEST:
            raise UsageError(f"the masking key in {origin} is shorter than {_SHORTEST} characters", _HOW)
        return cls(hmac.new(words.encode(), b"dbsep masking, version 1", sha256).digest(), origin)

    @property
    def fingerprint(self) -> str:
        """What tells one key from another and gives none away."""
        return hmac.new(self.key, b"fingerprint", sha256).hexdigest()[:8]


_HOW: Final = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'."


def find_secret() -> Secret:
    """Give the key of the environment, or of the key file, which is made where there is none."""
    words = os.environ.get(VARIABLE, "").strip()
    if words:
        return Secret.of(words, VARIABLE)
    path = Path(getattr(django_settings, "BASE_DIR", Path())) / conf.get().masking.get("key_file", FILE)
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & _OTHERS:
            raise UsageError(f"others may read the masking key in {path}", f"Run: chmod 600 {path}")
        return Secret.of(path.read_text(encoding="utf-8").strip(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"the masking key in {path} can't be read: {reason}", f"Or set {VARIABLE}.") from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
