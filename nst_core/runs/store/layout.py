"""The names of all files in a run's folder: said here, and nowhere else."""

import re

REQUEST = "request.json"
"""Who asked for what. It is written last and removed first, so that a run is there as a whole."""
STATE = "state.json"
"""Written by the run's worker as it begins and as it ends, or by whoever takes over from it."""
LEASE = "lease.json"
"""The worker's sign of life, and how far it is. The engine of a store has one in the store."""
CHECKPOINT = "checkpoint.npz"
"""Where the run can go on from; an iteration counts once it is in here."""
CANCEL = "cancel"
"""There if the run has been asked to stop."""
PINNED = "pinned"
"""There if retention must leave the run alone."""
RESERVE = "reserve"
"""Room on the disk for the last words of a run under way."""

RUN_YAML = "run.yaml"
PHOTO = "photo.png"
PAINTING = "painting.png"
LOSSES = "losses.csv"
RESULT = "result.png"
SCORE = "score.json"
"""How near the result is to photo and painting; runs of before have none."""
GALLERY = "gallery.zip"
SHEET = "sheet.jpg"
"""All runs of a batch on one picture, beside their folders."""
ALL_RUNS = "runs.zip"
"""All runs of a batch in one zip, beside their folders."""

_INPUT = re.compile(r"(photo|painting(_\d+)?|mask(_of_painting)?(_\d+)?)(\.[a-z0-9]+)?")
_ITERATION = "transfer_result_at_iteration_{}.png"
_REPAINTED = re.compile(_ITERATION.replace(".", r"\.").format(r"\d+") + "|" + re.escape(RESULT))
_OUTPUT = re.compile(
    "|".join([_REPAINTED.pattern, *map(re.escape, (SCORE, GALLERY, LOSSES, RUN_YAML))])
)


def painting(number: int, ending: str = ".png") -> str:
    """The name of a painting's file; `number` counts from 0.

    Example:
        >>> painting(0), painting(1)
        ('painting.png', 'painting_1.png')
    """
    return f"painting_{number}{ending}" if number else f"painting{ending}"


def mask(kind: str, number: int = 0) -> str:
    """The name of a mask's file: of the "paint", or of a painting as `Masks` has them.

    Example:
        >>> mask("paint"), mask("paintings", 1), mask("of_paintings", 0)
        ('mask.png', 'mask_1.png', 'mask_of_painting_0.png')
    """
    names = {"paint": "mask", "paintings": f"mask_{number}"}
    return f"{names.get(kind, f'mask_of_painting_{number}')}.png"


def iteration_picture(number: int) -> str:
    """The name of an iteration's picture; `number` counts from 0.

    Example:
        >>> iteration_picture(3)
        'transfer_result_at_iteration_3.png'
    """
    return _ITERATION.format(number)


def is_output(name: str) -> bool:
    """Whether a run in a shell leaves a file of that name, and so may write over it.

    Example:
        >>> is_output("losses.csv"), is_output("photo.png")
        (True, False)
    """
    return _OUTPUT.fullmatch(name) is not None


def is_repainted(name: str) -> bool:
    """Whether a file of that name is an iteration's picture or the result.

    Example:
        >>> is_repainted(RESULT), is_repainted(PHOTO)
        (True, False)
    """
    return _REPAINTED.fullmatch(name) is not None


def is_batch_output(name: str) -> bool:
    """Whether a batch in a shell leaves a file of that name beside the folders of its runs.

    Example:
        >>> is_batch_output("sheet.jpg"), is_batch_output("result.png")
        (True, False)
    """
    return name in (SHEET, ALL_RUNS)


def is_input(name: str) -> bool:
    """Whether a file of that name is a run's photo, painting or mask.

    In a gallery it may be no PNG.

    Example:
        >>> is_input(PHOTO), is_input("painting.jpg"), is_input(RESULT)
        (True, True, False)
    """
    return _INPUT.fullmatch(name) is not None
