"""A program that begins a masked copy and is killed in a step: `python -m … POLICY STEP`; `rows` is amid the rows."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def end(*_: Any) -> None:  # noqa: ANN401 - whatever it is called with
    os.kill(os.getpid(), signal.SIGKILL)


def main(policy: str, name: str) -> None:
    django.setup()
    from django.core.management import call_command

    from migration_app.services.history import Progress, listening
    from migration_app.services.masking import copy_masked
    from migration_app.services.seeding import rebuilding

    rebuilding.WORTH = 10  # type: ignore[misc]
    call_command("migrate", verbosity=0)

    def told(progress: Progress) -> None:
        if progress.step == name and progress.state == "started":
            end()

    with listening(told):
        copy_masked("prod", "staging", policy=policy, told=end if name == "rows" else lambda _done, _all: None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
