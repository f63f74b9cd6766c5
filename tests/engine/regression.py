"""The database that PostgreSQL's own regression tests leave behind: cloned, read again, and judged by pg_dump.

    python -m tests.engine.regression postgresql://postgres@host/regression

The database isn't part of the project: docs/kinds.md says how to make it. The copy is made on the same server, beside
it, and dropped again. Exit code 1 where something differs that isn't explained in docs/kinds.md.
"""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Iterator
from time import monotonic

import psycopg
from psycopg import sql as composing
from psycopg.conninfo import make_conninfo

from migration_app.engine import apply as applying
from migration_app.engine import catalog, diff
from tests import servers
from tests.engine import trial
from tests.engine.dumps import differences

EXPLAINED = {
    r"ACL [A-Z]+ \S.*\n(?:GRANT|REVOKE) .* ON (?:TABLE|FUNCTION) pg_catalog\.": "a privilege on the system's own",
}
"""What a difference begins with in pg_dump's words, and why it is none: docs/kinds.md, "Not carried"."""


def main(url: str) -> int:
    """Clone the database beside itself and report; gives the number of unexplained differences."""
    servers.open_root()
    name = f"regression_{secrets.token_hex(4)}"
    copy = make_conninfo(url, dbname=name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(composing.SQL("CREATE DATABASE {} TEMPLATE template0").format(composing.Identifier(name)))
        try:
            return sum(1 for line in _report(url, copy) if not _say(line))
        finally:
            connection.execute(composing.SQL("DROP DATABASE {} WITH (FORCE)").format(composing.Identifier(name)))
            servers.close_root()


def _report(url: str, copy: str) -> Iterator[str]:
    """Give every difference, pg_dump's in its own words."""
    started = monotonic()
    with trial.open_session(url) as origin, trial.open_session(copy) as target:
        wanted = catalog.read(origin)
        for sighting in wanted.unmodelled:
            sys.stdout.write(f"not carried: {sighting}\n")
        made = trial.plan_of(target, wanted)
        applying.apply(target, made.statements)
        reached = catalog.read(target)
        sys.stdout.write(f"{len(wanted.objects)} objects, {len(made)} statements, {monotonic() - started:.1f} s\n")
        yield from map(trial.describe, diff.compare(reached, wanted))
    yield from differences(servers.pg_dump_schema(copy), servers.pg_dump_schema(url))


def _say(line: str) -> bool:
    """Print a difference; gives whether it is explained."""
    reason = next((why for words, why in EXPLAINED.items() if re.match(rf"[-+] (?:{words})", line)), "")
    sys.stdout.write(f"{reason or 'UNEXPLAINED'}: {line}\n")
    return bool(reason)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1])))
