"""Seconds until the classic run's final loss: the classic run of three pictures against our best.

`python -m bench.race [PHOTO PAINTING]` prints both and their ratio at 300 x 400, in about two
minutes; without arguments it takes the two pictures of `testing.pictures`. The three-picture run is
reckoned: its 600 evaluations at the median of some that are measured before and after ours. Ours is
measured from the call to `stylize`, targets and tracing included; its losses are taken again in
float32 afterwards.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from bench import references
from bench.rows import Row
from nst_core import Settings, build_objective, stylize
from nst_core.events import Event, Iteration
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import resize
from nst_core.vgg16.space import to_vgg
from testing.pictures import STARRY_NIGHT, TUBINGEN

ROWS, COLUMNS = 300, 400
BEST = Settings(
    recipe="classic", rows=ROWS, columns=COLUMNS, start="photo", restart=False, memory=20,
    precision="auto", iterations=40, evaluations=5,
)  # fmt: skip
FINAL_LOSS = 8.93e8
"""Where the classic run from noise ends, on tubingen and starry night."""
_CLASSIC_EVALUATIONS = 600


def main() -> None:
    """Run both, print seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path, nargs="?", default=TUBINGEN)
    parser.add_argument("painting", type=Path, nargs="?", default=STARRY_NIGHT)
    parser.add_argument("--loss", type=float, default=FINAL_LOSS, help="where the race ends")
    options = parser.parse_args()
    for row in race(options.photo, options.painting, options.loss):
        print(row, flush=True)


def race(photo_file: Path, painting_file: Path, loss: float = FINAL_LOSS) -> list[Row]:
    """Seconds of both to a loss, and their ratio."""
    photo, painting = (read_picture(path).pixels for path in (photo_file, painting_file))
    small = resize(photo, ROWS, COLUMNS), resize(painting, ROWS, COLUMNS)
    classic = Settings(recipe="classic", rows=ROWS, columns=COLUMNS)
    theirs = references.three_pictures(*small, classic)
    x = to_vgg(small[0])
    theirs(x)
    evaluations = [_seconds(theirs, x) for _ in range(5)]
    reached: list[tuple[float, int, np.ndarray]] = []
    began = time.perf_counter()

    def on_event(event: Event) -> None:
        if isinstance(event, Iteration):
            seconds = time.perf_counter() - began
            reached.append((seconds, event.evaluations, event.checkpoint.x))

    stylize(photo, painting, BEST, on_event)
    evaluations += [_seconds(theirs, x) for _ in range(5)]
    exact = build_objective(*small, classic)
    their_seconds = _CLASSIC_EVALUATIONS * statistics.median(evaluations)
    size = f"{ROWS} x {COLUMNS}"
    rows = [
        Row(
            f"to a loss of {loss:.3g}, classic run of three pictures", size,
            f"{their_seconds:.0f} s",
            f"reckoned: {_CLASSIC_EVALUATIONS} x {statistics.median(evaluations):.2f} s",
        )
    ]  # fmt: skip
    for seconds, spent, point in reached:
        exact_loss, _ = exact(point)
        if exact_loss <= loss:
            of_what = f"{spent} evaluations; {exact_loss:.4g} in float32"
            rows.append(Row(f"to a loss of {loss:.3g}, ours", size, f"{seconds:.1f} s", of_what))
            rows.append(Row("classic / ours", size, f"{their_seconds / seconds:.1f}"))
            return rows
    last, _ = exact(reached[-1][2])
    return [*rows, Row(f"to a loss of {loss:.3g}, ours", size, "not reached", f"{last:.4g}")]


def _seconds(objective: object, x: np.ndarray) -> float:
    began = time.perf_counter()
    objective(x)  # type: ignore[operator]
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
