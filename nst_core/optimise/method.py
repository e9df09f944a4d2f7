"""How the loss is lowered: what the settings ask of the optimiser."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nst_core.optimise import variables
from nst_core.settings import Settings
from nst_core.vgg16.space import HIGHEST_VGG, LOWEST_VGG

FIRST_STEP = 1.0
"""Root mean square of the first step at each scale, in pixel levels (0..255)."""


@dataclass(frozen=True)
class Method:
    """How the loss is lowered.

    Attributes:
        restart: begin each iteration afresh from the best point; else it is one uninterrupted
            minimisation that is only looked at.
        persistent: where no step lowers the loss any more, begin afresh from the best point, until
            that does not help either.
        memory: pairs of steps that L-BFGS-B remembers.
        first_step: root mean square of the first step tried, in x's units; None leaves it to
            SciPy, whose first step has length 1 over all of x and takes many evaluations to grow,
            or to `adam.STEP`.
        bounds: lowest and highest x, each of a shape that broadcasts to x's; None for none.
            L-BFGS-B's are enforced by a change of variable, see `variables`; Adam's x is clipped.
        beneath: a picture that shows through, float64 of x's shape, and how much of x shows, of a
            shape that broadcasts to x's; None for all of x.
        frequencies: move the picture's frequencies instead of its pixels; x is (1, H, W, channels).
    """

    restart: bool = False
    persistent: bool = False
    memory: int = 10
    first_step: float | None = None
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    frequencies: bool = False
    beneath: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def variable(self, shape: tuple[int, ...]) -> variables.Variable:
        """What L-BFGS-B moves instead of an x of that shape."""
        pixels: variables.Variable = variables.Free()
        if self.bounds is not None:
            pixels = variables.Within(*self.bounds)
        pixels = self.over_beneath(pixels)
        return variables.Frequencies(shape, pixels) if self.frequencies else pixels

    def over_beneath(self, pixels: variables.Variable) -> variables.Variable:
        """The same variable, seen over the picture that is beneath it, if there is one."""
        return pixels if self.beneath is None else variables.Blended(pixels, *self.beneath)


def method_for(settings: Settings, first_step: float = 0.0) -> Method:
    """The method that a recipe asks for.

    Only the default recipe keeps pixels in their range 0..255; the classic one, as Gatys et al. and
    the first Keras example, lets them run free and clips them when they are saved.

    Args:
        settings: recipe, optimizer, restart and memory are read.
        first_step: root mean square of the first step in pixel levels; 0 for the recipe's own.

    Example:
        >>> method_for(Settings(recipe="classic")).first_step is None
        True
    """
    if settings.optimizer == "adam":
        # Its steps are as long after a checkpoint as before it.
        bounds = None if settings.recipe == "classic" else (LOWEST_VGG, HIGHEST_VGG)
        return Method(settings.restart, bounds=bounds)
    if settings.recipe == "classic":
        # Restarted as it was, to the letter; uninterrupted it is ours, and may begin with a stride.
        stride = None if settings.restart else first_step or FIRST_STEP
        return Method(settings.restart, False, settings.memory, stride, None, not settings.restart)
    return Method(
        settings.restart,
        # The first version ended there; where bfloat16 gets no further, float32 is tried instead.
        settings.recipe_version > 1 and settings.precision != "bfloat16",
        settings.memory,
        first_step or FIRST_STEP,
        bounds=(LOWEST_VGG, HIGHEST_VGG),
        frequencies=True,
    )
