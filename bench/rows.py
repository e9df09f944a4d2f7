"""A figure as a row of the table that `python -m bench` writes."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, at which size, and how it came out."""

    what: str
    size: str
    figure: str
    spread: str = ""

    def __str__(self) -> str:
        spread = f"  ({self.spread})" if self.spread else ""
        return f"{self.what:44} {self.size:>12}  {self.figure}{spread}"


def seconds(what: str, size: str, times: Sequence[float]) -> Row:
    """The median of some times, with the least and the most."""
    spread = f"{min(times):.3f} to {max(times):.3f}" if len(times) > 1 else ""
    return Row(what, size, f"{statistics.median(times):.3f} s", spread)


def ratio(what: str, size: str, these: Sequence[float], those: Sequence[float]) -> Row:
    """The median of the ratios of two series that were measured in turn."""
    ratios = [a / b for a, b in zip(these, those, strict=True)]
    return Row(
        what, size, f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}"
    )


def as_markdown(title: str, machine: str, rows: Sequence[Row]) -> str:
    """A page with one table."""
    lines = [f"# {title}", "", machine, "", "| what | size | median | least to most, or of what |"]
    lines += ["|---|---|---|---|"]
    lines += [f"| {row.what} | {row.size} | {row.figure} | {row.spread} |" for row in rows]
    return "\n".join(lines) + "\n"
