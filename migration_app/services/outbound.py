"""What would reach out of a copy to production or elsewhere: left out of a clone unless it is asked for.

A webhook trigger holds production's address and its bearer key, a function may hold the address, a foreign server
leads to another database and a user mapping logs in there: in a test database each of them is a way back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from migration_app.engine.kinds.routine import Routine
from migration_app.engine.kinds.trigger import Trigger
from migration_app.services.scoping import on_platform, platform_schemas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from migration_app.engine.model import Address, Object, Snapshot

_WEBHOOK: Final = "supabase_functions.http_request("
_ADDRESS: Final = re.compile(r"[\w-]+\.supabase\.(?:co|in|net)\b", re.IGNORECASE)
_REF: Final = re.compile(r"\b[a-z]{20}\b")
_LEADS_OUT: Final = {
    "server": "a foreign server leads out of the copy",
    "user_mapping": "a user mapping holds credentials for another server",
}


def project_refs(*connections: Connection[object]) -> tuple[str, ...]:
    """Give the hosting platform's names of the projects: in the direct host name, or in the pooler's user name."""
    words = (f"{connection.info.host} {connection.info.user}" for connection in connections)
    return tuple(sorted({ref for text in words if "supabase" in text for ref in _REF.findall(text)}))


def outbound(snapshot: Snapshot, refs: Iterable[str] = ()) -> dict[Address, str]:
    """Give each object that reaches out, with the reason."""
    refs = tuple(refs)
    platform = platform_schemas(snapshot)
    found: dict[Address, str] = {}
    for address, obj in snapshot.objects.items():
        if obj.namespace in platform and isinstance(obj, Routine):
            continue
        reason = _reason(obj, refs) or (_LEADS_OUT.get(address.kind, "") if on_platform(snapshot) else "")
        if reason:
            found[address] = reason
    return found


def _reason(obj: Object, refs: tuple[str, ...]) -> str:
    if isinstance(obj, Trigger) and (_WEBHOOK in obj.definition or _named(obj.definition, refs)):
        return "a webhook: its arguments hold production's address and key"
    if isinstance(obj, Routine):
        address = _named(obj.definition, refs)
        if address:
            return f"a function that calls {address}"
    return ""


def _named(text: str, refs: tuple[str, ...]) -> str:
    """Give the platform's address or the project's name that stands in the text; empty where there is none."""
    match = _ADDRESS.search(text)
    return match[0] if match else next((ref for ref in refs if ref in text), "")
