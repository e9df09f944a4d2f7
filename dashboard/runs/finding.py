"""Finds runs in the store, and tells a visitor's own from those of others."""

from dashboard import visitor
from dashboard.runs.engine import engine
from nst_core.runs.store.record import NoSuchRunError, Record


def find(run: str) -> Record | None:
    """What the store knows of a run; None where there is none of that id.

    Raises:
        OutputError: the store does not answer.
    """
    try:
        return engine().store.get(run)
    except NoSuchRunError:
        return None


def own_runs() -> list[Record]:
    """This visitor's runs, the newest first.

    Raises:
        OutputError: the store does not answer.
    """
    return [record for record in engine().store.records() if is_own(record)]


def is_own(record: Record) -> bool:
    """Whether this visitor asked for the run, and so may stop it."""
    return record.session == visitor.name()
