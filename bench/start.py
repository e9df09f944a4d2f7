"""What a person waits for: the first picture of the default preset at 512 pixels, and its end.

`python -m bench.start` submits to a warm engine, as the page does, looks into the store, and prints
the seconds, in about three minutes. It does so twice: the second run has the same photo and
painting and other weights.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence

import numpy as np
import skimage

from bench.rows import Row
from nst_core import Settings, load_preset, presets, stylize
from nst_core.events import Evaluated, Event, Started
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from testing.waiting import require, wait_for

PRESET = "starlit_valley"
_SHORT = Settings(size=64, scales=1, iterations=1, evaluations=2)


def main() -> None:
    """Print a line for each figure."""
    for row in [*through_the_engine(), *second_run()]:
        print(row, flush=True)


def through_the_engine() -> list[Row]:
    """Seconds from `submit` to the first picture in the store, and to the end."""
    preset = load_preset(PRESET)
    photo = np.ascontiguousarray(skimage.data.chelsea())
    painting = presets.read_painting(preset).pixels
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            warm = engine.submit(Request(photo, photo, _SHORT))
            wait_for(lambda: store.get(warm).is_over, "a warm engine")
            for name, weight in (("first run", 0.12), ("second run, other weights", 0.2)):
                settings = preset.settings.changed(size=512, content_weight=weight)
                began = time.monotonic()
                run = engine.submit(Request(photo, painting, settings))
                wait_for(lambda: store.get(run).done > 0, "a picture")  # noqa: B023
                first = time.monotonic() - began
                wait_for(lambda: store.get(run).is_over, "the end")  # noqa: B023
                end = time.monotonic() - began
                record = store.get(run)
                require(record.state == "finished", record.reason)
                size = "341 x 512"
                rows.append(Row(f"default preset, first picture, {name}", size, f"{first:.1f} s"))
                rows.append(Row(f"default preset, end, {name}", size, f"{end:.1f} s"))
    return rows


def second_run() -> list[Row]:
    """The first evaluation of a run like the last one, against its others."""
    photo = resize(np.ascontiguousarray(skimage.data.chelsea()), 300, 400)
    painting = resize(np.ascontiguousarray(skimage.data.coffee()), 300, 400)
    settings = Settings(size=400, scales=1, iterations=2, evaluations=5)
    ratios = []
    for weight in (0.1, 0.2):
        ticks = _evaluations(photo, painting, settings.changed(content_weight=weight))
        ratios.append((ticks[0], statistics.median(ticks[1:])))
    rows = []
    for name, (first, others) in zip(("first run", "second run"), ratios, strict=True):
        figure = f"{first / others:.2f}"
        of_what = f"{first:.2f} s to {others:.2f} s"
        rows.append(Row(f"first evaluation / the others, {name}", "300 x 400", figure, of_what))
    return rows


def _evaluations(photo: Pixels, painting: Pixels, settings: Settings) -> Sequence[float]:
    """Seconds of each evaluation of a run; the first from the run's start, targets included."""
    ticks: list[float] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Started | Evaluated):
            ticks.append(time.perf_counter())

    stylize(photo, painting, settings, on_event)
    return [float(seconds) for seconds in np.diff(ticks)]


if __name__ == "__main__":
    main()
