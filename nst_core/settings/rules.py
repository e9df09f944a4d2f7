"""What must hold between several settings, and what one of them says about another."""

from collections.abc import Iterable, Mapping
from typing import Any

from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.settings.term_uses import TermUse


def with_one_way_to_size(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, where a size given in one of its two ways switches the other one off.

    Example:
        >>> with_one_way_to_size({"rows": 64, "columns": 80})
        {'rows': 64, 'columns': 80, 'size': 0}
    """
    complete = dict(values)
    if "size" not in complete and ("rows" in complete or "columns" in complete):
        if any(complete.get(name) for name in ("rows", "columns")):
            complete["size"] = 0
    elif complete.get("size"):
        complete.setdefault("rows", 0)
        complete.setdefault("columns", 0)
    return complete


def require_one_size(size: int, rows: int, columns: int) -> None:
    """See that the size is given in one of its two ways.

    Args:
        size: the longer side in pixels, 0 for none.
        rows, columns: both sides in pixels, 0 for none.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> require_one_size(512, 0, 0)
    """
    if size == 0 and min(rows, columns) < SMALLEST_SIDE:
        raise ValueError(
            f"rows and columns must both be at least {SMALLEST_SIDE} when size is 0. "
            f"Received: rows={rows}, columns={columns}"
        )
    if size > 0 and (rows or columns):
        raise ValueError(
            "size must be 0 when rows and columns are given. "
            f"Received: size={size}, rows={rows}, columns={columns}"
        )
    if 0 < size < SMALLEST_SIDE:
        raise ValueError(f"size must be 0 or at least {SMALLEST_SIDE}. Received: {size}")


def require_classic(
    scales: int, style_scale: float, statistic: str, further: Iterable[TermUse]
) -> None:
    """See that settings can be those of the classic recipe.

    Args:
        scales, style_scale, statistic: the settings of these names.
        further: the terms that have no settings of their own.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> require_classic(1, 1.0, "gram", ())
    """
    if (scales, style_scale) != (1, 1.0):
        raise ValueError(
            "scales and style_scale must be 1 in the classic recipe, whose terms depend on "
            f"the size. Received: scales={scales}, style_scale={style_scale}"
        )
    parameters = [dict(use.parameters) for use in further if use.kind == "style"]
    for compared in (statistic, *(values.get("statistic", "gram") for values in parameters)):
        if compared != "gram":
            raise ValueError(
                "statistic must be gram in the classic recipe, which compares Gram matrices. "
                f"Received: {compared}"
            )


def require_stroke_sizes(recipe: str, style_scale: float, style_scales: tuple[float, ...]) -> None:
    """See that no painting would be too large or too small beside the picture.

    Args:
        recipe, style_scale, style_scales: the settings of these names.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> require_stroke_sizes("default", 1.0, (0.5, 2.0))
    """
    if recipe == "classic" and any(scale != 1.0 for scale in style_scales):
        raise ValueError(
            "style_scales must be 1 for each painting in the classic recipe, whose paintings have "
            f"the picture's size. Received: {', '.join(f'{scale:g}' for scale in style_scales)}"
        )
    products = [style_scale * scale for scale in style_scales]
    if products and not 0.1 <= min(products) <= max(products) <= 4.0:
        raise ValueError(
            "style_scales times style_scale must be from 0.1 to 4 for each painting. "
            f"Received: {', '.join(f'{product:g}' for product in products)}"
        )


def require_steps(optimizer: str, restart: bool, evaluations: int) -> None:
    """See that an iteration has room for a step.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> require_steps("adam", True, 8)
    """
    if optimizer == "adam" and restart and evaluations < 2:
        raise ValueError(
            "evaluations must be at least 2 where Adam starts afresh at each iteration, whose last "
            f"one is that of the average. Received: {evaluations}"
        )


def require_terms(uses: Iterable[TermUse], further: Iterable[TermUse]) -> None:
    """See that a loss has a term that counts, and none twice.

    Args:
        uses: the terms that have a setting of their own.
        further: the other ones.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> require_terms([TermUse("variation", 1.0)], [])
    """
    own, others = list(uses), list(further)
    if not any(use.weight for use in own + others):
        *weights, last = [f"{use.kind}_weight" for use in own]
        raise ValueError(
            f"one of {', '.join(weights)} and {last} must be above 0. Received: 0 for each"
        )
    names = [name for use in own + others for name in use.names()]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(
            "terms must not name what has a setting of its own. "
            f"Received: {', '.join(repeated)}, too"
        )
