"""A finished picture taken up again at a larger size: how large, and with which settings.

The run at the larger size begins with the picture itself. So it has one scale and few evaluations:
colours and strokes are where they belong, and only what an enlarged picture lacks is left to paint.
"""

from nst_core.errors import InputError, shown
from nst_core.plan.schedule import Size, scaled_to
from nst_core.settings import Settings

PAPERS = {"A5": 210, "A4": 297, "A3": 420}
"""Longer sides in millimetres, by ISO 216."""
RESOLUTIONS = (150, 300)
"""Pixels an inch at which pictures are usually printed: seen from some way off, and close by."""
ITERATIONS, EVALUATIONS = 3, 8
"""How long a run goes on at the larger size: `docs/MEASURED.md` says what that brings."""
_MILLIMETRES_AN_INCH = 25.4


def paper_size(paper: str, dpi: int) -> int:
    """The longer side of a sheet of paper, in pixels.

    Args:
        paper: one of `PAPERS`, in either case.
        dpi: pixels an inch, at least 1.

    Raises:
        InputError: there is no such paper or resolution.

    Example:
        >>> paper_size("A4", 150)
        1754
    """
    millimetres = PAPERS.get(paper.upper())
    if millimetres is None:
        names = f"{', '.join(list(PAPERS)[:-1])} or {list(PAPERS)[-1]}"
        raise InputError(f"paper must be {names}. Received: {shown(paper)}.")
    if dpi < 1:
        raise InputError(f"dpi must be at least 1. Received: {dpi}.")
    return round(millimetres / _MILLIMETRES_AN_INCH * dpi)


def papers_above(longer_side: int) -> list[tuple[str, int]]:
    """The papers and resolutions at which a picture is larger than it is.

    Args:
        longer_side: the picture's, in pixels.

    Example:
        >>> papers_above(2048)
        [('A5', 300), ('A4', 300), ('A3', 150), ('A3', 300)]
    """
    return [
        (paper, dpi)
        for paper in PAPERS
        for dpi in RESOLUTIONS
        if paper_size(paper, dpi) > longer_side
    ]


def larger_settings(settings: Settings, picture: Size, size: int) -> Settings:
    """The settings of a run that goes on with a picture at a larger size.

    What counts how much stays as it was at the picture's own size, which is a run's finest. The
    classic recipe's content and variation are sums over all pixels beside a style that is not, so
    there their weights become smaller as the pixels become more.

    Args:
        settings: of the run that made the picture.
        picture: its rows and columns.
        size: its longer side from now on, in pixels.

    Raises:
        InputError: the size is not above the picture's, or above what a setting may be.

    Example:
        >>> settings = larger_settings(Settings(seed=5), (384, 512), 1024)
        >>> settings.size, settings.scales, settings.iterations, settings.seed
        (1024, 1, 3, 5)
    """
    if size <= max(picture):
        raise InputError(
            f"size must be above {max(picture)}, the longer side of the picture, in pixels. "
            f"Received: {size}."
        )
    changes: dict[str, object] = {"size": size}
    if not settings.size:
        rows, columns = scaled_to(picture, size)
        changes = {"rows": rows, "columns": columns}
    if settings.recipe == "classic":
        more = (size / max(picture)) ** 2
        changes["content_weight"] = settings.content_weight / more
        changes["variation_weight"] = settings.variation_weight / more
    # Adam's first steps would leave the picture that is taken up.
    changes |= {"optimizer": "lbfgs"}
    return settings.changed(scales=1, iterations=ITERATIONS, evaluations=EVALUATIONS, **changes)
