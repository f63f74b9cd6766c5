"""A program that writes rows and tells its peak memory in KiB: `python -m … seed|copy ROWS`.

The databases are the aliases' of the environment, with the tables of `test_memory`.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import django


def main(what: str, rows: str) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from migration_app.services.masking import copy_masked
    from migration_app.services.seeding import seed_testdata

    if what == "seed":
        written = seed_testdata("test", rows=int(rows)).tables
    else:
        written = copy_masked("prod", "staging", policy=os.environ["POLICY"], reset=True).tables
    assert set(written.values()) == {int(rows)}, written
    # Not getrusage(): its peak is inherited from whoever started the program.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    sys.stdout.write(f"{peak}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
