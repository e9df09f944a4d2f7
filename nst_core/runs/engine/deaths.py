"""When a run is given up because its workers die: pure functions of its state.

Dask has a limit of its own, `distributed.scheduler.allowed-failures`, which is higher; the room
above says in a sentence that it was reached.
"""

import time
from dataclasses import replace

from nst_core.runs.store.state import RunState

MOST_DEATHS = 1
"""How many workers may die at a run before it fails."""
AWAY_SECONDS = 60.0
"""A worker that was silent for so long before another took over has not died of the run: it slept,
hung, or was cut off. If the run gets nowhere with it, that is counted all the same."""
MOST_FRUITLESS = 2
"""How many beginnings without a finished iteration a run may have behind it."""


def state_at_beginning(before: RunState, engine: str, done: int, silence: float = 0.0) -> RunState:
    """The state of a run as it begins, or goes on.

    Args:
        before: its state as it is written.
        engine: the name of the engine that has it computed.
        done: how many iterations are finished.
        silence: how many seconds ago its last worker gave a sign of life; 0 if it had none.

    Example:
        >>> state_at_beginning(RunState(state="running", engine="a"), "a", done=3).deaths
        1
    """
    died = before.state == "running"
    died_under_us = died and before.engine == engine and silence < AWAY_SECONDS
    fruitless = died and done == before.begun_at
    return replace(
        before,
        state="running",
        reason="",
        stopped="",
        started=before.started or time.time(),
        engine=engine,
        deaths=before.deaths + died_under_us,
        fruitless=before.fruitless + 1 if fruitless else 0,
        begun_at=done,
        done=done,
    )


def refusal_of(state: RunState) -> str:
    """Why a run is not computed once more; empty if it is.

    Example:
        >>> refusal_of(RunState(state="running", fruitless=3))
        'it was begun 3 times without finishing an iteration'
    """
    if state.deaths > MOST_DEATHS:
        return (
            f"its worker died {state.deaths} times (out of memory, or a crash); "
            "try a smaller size, or resume it"
        )
    if state.fruitless > MOST_FRUITLESS:
        return f"it was begun {state.fruitless} times without finishing an iteration"
    return ""
