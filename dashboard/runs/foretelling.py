"""Foretells a run's time and memory, and refuses one that would take too much of either."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import formatting
from dashboard.runs.engine import engine
from nst_core import environment
from nst_core.errors import InputError
from nst_core.machine import forecast
from nst_core.pictures.masks import Masks
from nst_core.plan import schedule
from nst_core.plan.paintings import plan_for_sizes
from nst_core.plan.schedule import Size
from nst_core.runs.engine import order
from nst_core.settings import Settings

_PRICE_SECONDS = 30


def foretell(
    settings: Settings, sizes: Sequence[Size], masks: Masks | None = None
) -> forecast.Forecast:
    """About how much time and memory a run takes.

    On this machine that is reckoned from what it is known to do, on a cluster from past runs.

    Args:
        settings: how the photo is repainted.
        sizes: rows and columns of the photo and of each painting, in pixels.
        masks: where to paint, and which painting goes where.

    Raises:
        NstError: it cannot be done at that size.
    """
    scales = plan_for_sizes(sizes, settings, masks)
    here = forecast.forecast_run(scales, settings)
    if environment.scheduler() is None:
        return here
    return replace(here, seconds=schedule.work(scales, settings.evaluations) * _seconds_per_work())


def require_memory(settings: Settings, sizes: Sequence[Size], masks: Masks | None = None) -> None:
    """See that a run fits into this machine's memory, where it is computed on this machine.

    Raises:
        NstError: it does not fit; the message says which size would.
    """
    if environment.scheduler() is None:
        forecast.require_memory(plan_for_sizes(sizes, settings, masks), settings)


def require_time(settings: Settings, sizes: Sequence[Size], masks: Masks | None = None) -> None:
    """See that a run does not take longer than whoever runs this page allows.

    Raises:
        NstError: it does.
    """
    most = environment.number(environment.MOST_MINUTES)
    seconds = foretell(settings, sizes, masks).seconds
    if most is not None and seconds > 60 * most:
        raise InputError(
            f"A run may take at most {most:g} minutes here; choose a smaller size or fewer "
            f"iterations. Received: one of about {formatting.duration(seconds)}."
        )


@st.cache_data(ttl=_PRICE_SECONDS, show_spinner=False)
def _seconds_per_work() -> float:
    return order.seconds_per_work(engine().store.records())
