"""Seconds until the classic run's final loss: the classic run of three pictures against our best.

`python -m bench.race PHOTO PAINTING` at 300 x 400. The three-picture run is reckoned: its
600 evaluations at the median of some that are measured before and after ours. Ours is measured
from the call to `stylize`, targets and tracing included; its losses are taken again in float32
afterwards.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from bench import references
from nst_core import Settings, build_objective, decoding, images, stylize
from nst_core.events import Event, Iteration

ROWS, COLUMNS = 300, 400
FINAL_LOSS = 8.93e8
"""Where the classic run from noise ends, on tubingen and starry night."""
_CLASSIC_EVALUATIONS = 600


def main() -> None:
    """Run both, print seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("painting", type=Path)
    parser.add_argument("--loss", type=float, default=FINAL_LOSS, help="where the race ends")
    parser.add_argument("--memory", type=int, default=20)
    options = parser.parse_args()
    photo, painting = (decoding.read(path).pixels for path in (options.photo, options.painting))
    best = Settings(
        recipe="classic", rows=ROWS, columns=COLUMNS, start="photo", restart=False,
        memory=options.memory, precision="auto", iterations=40, evaluations=5,
    )  # fmt: skip
    classic = Settings(recipe="classic", rows=ROWS, columns=COLUMNS)
    small = images.resize(photo, ROWS, COLUMNS), images.resize(painting, ROWS, COLUMNS)
    theirs = references.three_pictures(*small, classic)
    x = images.to_vgg(small[0])
    theirs(x)
    evaluations = [_seconds(theirs, x) for _ in range(5)]
    reached: list[tuple[float, int, np.ndarray]] = []
    began = time.perf_counter()

    def on_event(event: Event) -> None:
        if isinstance(event, Iteration):
            seconds = time.perf_counter() - began
            reached.append((seconds, event.evaluations, event.checkpoint.x))

    stylize(photo, painting, best, on_event)
    evaluations += [_seconds(theirs, x) for _ in range(5)]
    exact = build_objective(*small, classic)
    their_seconds = _CLASSIC_EVALUATIONS * statistics.median(evaluations)
    print(f"three pictures, {_CLASSIC_EVALUATIONS} evaluations: {their_seconds:.0f} s")
    for seconds, spent, point in reached:
        loss, _ = exact(point)
        if loss <= options.loss:
            print(f"ours: {seconds:.1f} s, {spent} evaluations, loss {loss:.4g} in float32")
            print(f"ratio: {their_seconds / seconds:.1f}")
            return
    print(f"ours has not reached {options.loss:g}; its last loss is {exact(reached[-1][2])[0]:.4g}")


def _seconds(objective: object, x: np.ndarray) -> float:
    began = time.perf_counter()
    objective(x)  # type: ignore[operator]
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
