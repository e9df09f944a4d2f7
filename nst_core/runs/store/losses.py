"""`losses.csv`: the loss of each finished iteration and of its terms, written and read."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.events import Iteration

_NAMES = ("iteration", "scale", "rows", "columns", "evaluations", "loss")


@dataclass(frozen=True)
class LossRow:
    """One finished iteration.

    Attributes:
        iteration: its number, from 0.
        scale: index into the run's scales, from coarse to fine.
        rows, columns: of the picture, in pixels.
        evaluations: spent since the run began.
        loss: of the picture; the sum of `terms`.
        terms: each weighted term of the loss, by name.
    """

    iteration: int
    scale: int
    rows: int
    columns: int
    evaluations: int
    loss: float
    terms: Mapping[str, float]

    @classmethod
    def of(cls, iteration: Iteration) -> "LossRow":
        """The row of an iteration that has just been finished."""
        rows, columns = iteration.picture.shape[:2]
        return cls(
            iteration.number,
            iteration.scale,
            rows,
            columns,
            iteration.evaluations,
            iteration.loss,
            iteration.terms,
        )


def losses_to_bytes(rows: Sequence[LossRow]) -> bytes:
    """The bytes of `losses.csv`; none before the first iteration.

    Example:
        >>> losses_to_bytes([LossRow(0, 0, 48, 64, 20, 0.5, {"content": 0.5})])
        b'iteration,scale,rows,columns,evaluations,loss,content\\n0,0,48,64,20,0.5,0.5\\n'
    """
    if not rows:
        return b""
    text = io.StringIO()
    terms = list(rows[0].terms)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_NAMES, *terms])
    for row in rows:
        values = [getattr(row, name) for name in _NAMES]
        writer.writerow(values + [row.terms[name] for name in terms])
    return text.getvalue().encode()


def losses_from_bytes(data: bytes) -> list[LossRow]:
    """The rows of a `losses.csv`; the numbers are those that were written, to the last bit.

    Raises:
        InputError: it is damaged.

    Example:
        >>> losses_from_bytes(b"")
        []
    """
    try:
        return [_row(values) for values in csv.DictReader(io.StringIO(data.decode()))]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("losses.csv is damaged: not every row of it holds numbers.") from error


def _row(values: Mapping[str, str]) -> LossRow:
    return LossRow(
        iteration=int(values["iteration"]),
        scale=int(values["scale"]),
        rows=int(values["rows"]),
        columns=int(values["columns"]),
        evaluations=int(values["evaluations"]),
        loss=float(values["loss"]),
        terms={name: float(value) for name, value in values.items() if name not in _NAMES},
    )
