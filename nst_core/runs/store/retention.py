"""What is removed in time: runs that are too old or too many, and what never became a run."""

import time

from nst_core.errors import NstError
from nst_core.runs.store import layout
from nst_core.runs.store.record import ID_PATTERN, Record
from nst_core.runs.store.store import Store


def sweep(store: Store, keep_days: float | None, most_bytes: float | None) -> list[str]:
    """Remove runs that are over and too old, then the oldest until the rest fits.

    Pinned runs stay, and so do those that wait or run. Returns: the ids of those removed.

    Args:
        store: whose runs.
        keep_days: how many days a run stays after its end; None for ever.
        most_bytes: how many bytes all runs may take; None for any number.

    Raises:
        OutputError: the store does not answer.

    Example:
        >>> sweep(store, keep_days=7, most_bytes=None)
        ['oleuxxipn4fpkgj2hcirholoea']
    """
    removed = []
    records = store.records()
    removable = [record for record in records if record.is_over and not record.pinned]
    removable.sort(key=lambda record: record.ended or record.created)
    sizes = {r.id: store.storage.folder(r.id).size() for r in records} if most_bytes else {}
    total = sum(sizes.values())
    for record in removable:
        age = time.time() - (record.ended or record.created)
        too_old = keep_days is not None and age > keep_days * 86400
        too_much = most_bytes is not None and total > most_bytes
        if (too_old or too_much) and _is_removed(store, record):
            total -= sizes.get(record.id, 0)
            removed.append(record.id)
    return removed


def _is_removed(store: Store, record: Record) -> bool:
    """Remove a run, unless it has been pinned or resumed since `record` was read."""
    try:
        now = store.get(record.id)
        if now.pinned or not now.is_over:
            return False
        store.remove(record.id)
    except NstError:
        return False
    return True


def leftovers(store: Store) -> list[str]:
    """Folders of runs that are not there as a whole: being made, being removed, or given up.

    Raises:
        OutputError: the store does not answer.

    Example:
        >>> leftovers(store)
        []
    """
    return [
        name
        for name in store.storage.names()
        if ID_PATTERN.match(name) and layout.REQUEST not in store.storage.folder(name).names()
    ]
