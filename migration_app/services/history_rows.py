"""Turns a plan's statements and a comparison's changes into rows of the history, without their secrets."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from migration_app.models.history import Finding, StatementRecord

from .redacting import HIDDEN, own_secrets, redact, redact_sql, redact_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migration_app.models.history import Run, Step


def statement_rows(
    run: Run, step: Step | None, rows: Iterable[object], outcome: str, after: int
) -> Iterator[StatementRecord]:
    """Give a record for each statement, numbered on from ``after``.

    A row is an object or a mapping with ``sql`` and ``address``, and ``verb``, ``hazards``, ``seconds`` where
    it has them; a bare text is a statement too.
    """
    own = own_secrets()
    words = functools.cache(lambda hazard: redact(_word(hazard), own))
    for order, row in enumerate(rows, after + 1):
        yield StatementRecord(
            run_id=run.pk,
            step_id=None if step is None else step.pk,
            order=order,
            verb=_text(row, "verb")[:50],
            address=redact(_place(_value(row, "address")), own),
            sql=_sql(row, own),
            hazards=[words(hazard) for hazard in _value(row, "hazards") or ()],
            outcome=outcome,
            seconds=_value(row, "seconds"),
        )


def finding_rows(run: Run, rows: Iterable[object], after: int) -> Iterator[Finding]:
    """Give a record for each difference, numbered on from ``after``.

    A row is an object or a mapping with ``address``, ``change`` and ``attributes``: name →
    ``{"source": …, "target": …}``, or name → (source, target); ``secrets`` names those to hide whole. Its kind is
    its own, or its address's.
    """
    for order, row in enumerate(rows, after + 1):
        yield Finding(
            run=run,
            order=order,
            kind=(_text(row, "kind") or _text(_value(row, "address"), "kind"))[:50],
            address=redact(_text(row, "address")),
            change=_text(row, "change")[:20],
            severity=_text(row, "severity")[:20],
            attributes=dict(_sides(_value(row, "attributes") or {}, frozenset(_value(row, "secrets") or ()))),
        )


def _sql(row: object, own: Sequence[str]) -> str:
    if isinstance(row, str):
        return redact_sql(row, own)
    if _value(row, "secret"):
        return _text(row, "shown") or HIDDEN
    return redact_sql(_text(row, "sql"), own)


def _place(address: object) -> str:
    kind = getattr(address, "kind", "")  # an engine's address leaves its kind out of its text
    return f"{kind} {address}" if kind else _word("" if address is None else address)


def _sides(
    attributes: Mapping[str, object] | Iterable[tuple[str, object]], secrets: frozenset[str]
) -> Iterator[tuple[str, object]]:
    pairs = attributes.items() if isinstance(attributes, Mapping) else attributes
    for name, value in pairs:
        if isinstance(value, tuple | list) and len(value) == 2:  # noqa: PLR2004 - a pair
            source, target = value
        else:
            source, target = _value(value, "source"), _value(value, "target")
        sides = {"source": _side(source, name, secrets), "target": _side(target, name, secrets)}
        if source != target and sides["source"] == sides["target"]:
            sides["secret"] = True  # what differs is hidden; the page says so
        yield str(name), sides


def _side(value: object, name: str, secrets: frozenset[str]) -> object:
    if name in secrets and value is not None:
        return HIDDEN
    # A definition is SQL: only its literals may hold a secret. A name that says secret hides all of it.
    plain = redact_value(value, name)
    return redact_sql(value) if isinstance(value, str) and plain != HIDDEN else plain


def _value(row: object, name: str) -> Any:  # noqa: ANN401 - rows are whatever the callers have
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)


def _text(row: object, name: str) -> str:
    value = _value(row, name)
    return "" if value is None else _word(value)


def _word(value: object) -> str:
    return str(getattr(value, "value", value))
