"""Evaluations of several objectives, timed in turn so that all meet the same noise."""

import statistics
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from nst_core.objective.build import Objective

HEAD = f"{'':28}{'size':>10}{'ms':>8}{'ratio':>7}"
"""Above the lines of `lines`."""


def milliseconds(
    objectives: Mapping[str, Objective], x: np.ndarray[Any, Any], rounds: int
) -> dict[str, list[float]]:
    """Of each objective in each round, at a picture x.

    Example:
        >>> {name: len(series) for name, series in milliseconds(objectives, x, 7).items()}
        {'one painting': 7, 'two paintings': 7}
    """
    times: dict[str, list[float]] = {name: [] for name in objectives}
    for _ in range(rounds):
        for name, objective in objectives.items():
            began = time.perf_counter()
            objective(x)
            times[name].append(1e3 * (time.perf_counter() - began))
    return times


def lines(times: Mapping[str, list[float]], first: str, size: tuple[int, int]) -> list[str]:
    """For each objective its median milliseconds, and the median of its ratios to the first's."""
    rows, columns = size
    printed = []
    for name, series in times.items():
        ratios = [a / b for a, b in zip(series, times[first], strict=True)]
        median, ratio = statistics.median(series), statistics.median(ratios)
        printed.append(f"{name:28}{f'{rows} x {columns}':>10}{median:8.0f}{ratio:7.2f}")
    return printed
