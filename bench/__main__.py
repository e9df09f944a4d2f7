"""All figures of speed and memory in one table: `python -m bench`, or `make bench`.

It prints each figure as it comes, and writes them all, with the machine's description, to
`out/bench/bench.md` and `bench.json`. It takes half an hour; nothing else should run meanwhile.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.machine import machine
from bench.rows import Row, as_markdown
from nst_core.machine.precision import native_precisions
from testing.pictures import STARRY_NIGHT, TUBINGEN


def main() -> None:
    """Measure everything, print it as it comes, write it down."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--torch", metavar="PYTHON", help="an interpreter with PyTorch")
    parser.add_argument(
        "--photo", type=Path, help="of the race; by default Tübingen, from NST_TEST_IMAGES"
    )
    parser.add_argument(
        "--painting", type=Path, help="of the race; by default The Starry Night, likewise"
    )
    parser.add_argument("--output", type=Path, default=Path("out/bench"), help="folder")
    options = parser.parse_args()
    print(machine(), flush=True)
    rows = []
    for row in measured(options):
        print(row, flush=True)
        rows.append(row)
    options.output.mkdir(parents=True, exist_ok=True)
    page = as_markdown("What was measured", machine(), rows)
    (options.output / "bench.md").write_text(page, "utf-8")
    figures = {"machine": machine(), "rows": [asdict(row) for row in rows]}
    (options.output / "bench.json").write_text(json.dumps(figures, indent=1), "utf-8")
    print(f"Written: {options.output / 'bench.md'}", file=sys.stderr)


def measured(options: argparse.Namespace) -> Iterator[Row]:
    """All rows; each bench is loaded when its turn comes, so that memory is measured in peace."""
    from bench import growth

    yield from growth.grown()
    from bench import forecast

    for precision in native_precisions():
        yield from forecast.foretold(precision, forecast.SIZES[precision])
    from bench import evaluation

    for rows, columns in evaluation.SIZES:
        rounds = evaluation.measure(rows, columns, evaluation.ROUNDS, options.torch)
        yield from evaluation.table(rows, columns, rounds)
    from bench import race

    photo, painting = options.photo or TUBINGEN, options.painting or STARRY_NIGHT
    if photo.exists() and painting.exists():
        yield from race.race(photo, painting)
    else:
        print(f"No race: {photo} and {painting} must be there.", file=sys.stderr)
    from bench import start

    yield from start.through_the_engine()
    yield from start.second_run()


if __name__ == "__main__":
    main()
