"""Which arithmetic the convolutions use on this machine."""

import functools
from collections.abc import Mapping
from pathlib import Path

from nst_core.machine.prices import PRECISIONS, Precision, trial_near
from nst_core.settings import Settings

_USUAL_PIXELS = 512 * 384
"""Pixels of a picture of the default size."""


def precision_for(settings: Settings, pixels: int = _USUAL_PIXELS) -> Precision:
    """The precision that `settings` ask for, by Keras's name.

    "auto" is bfloat16 where the processor multiplies it natively, which takes half the time, unless
    a trial on this machine, at that size or the nearest one tried, has shown that it does not.

    Args:
        settings: `precision` is read.
        pixels: rows times columns of the picture.

    Example:
        >>> precision_for(Settings(precision="float32"))
        'float32'
    """
    if settings.precision != "auto":
        return settings.precision
    if not has_native_bfloat16():
        return "float32"
    seconds = trial_near(pixels)
    return faster_precision(seconds) if seconds else "bfloat16"


def faster_precision(seconds: Mapping[str, float]) -> Precision:
    """The precision whose evaluation takes fewer seconds; seconds: precision -> seconds.

    Example:
        >>> faster_precision({"float32": 1.0, "bfloat16": 0.5})
        'bfloat16'
    """
    return "float32" if seconds["float32"] < seconds["bfloat16"] else "bfloat16"


def native_precisions() -> tuple[Precision, ...]:
    """The precisions that this processor multiplies itself, by Keras's names.

    Example:
        >>> native_precisions()[0]
        'float32'
    """
    return PRECISIONS if has_native_bfloat16() else ("float32",)


@functools.cache
def has_native_bfloat16() -> bool:
    """Whether the processor has AVX-512 or AMX bfloat16 products.

    It is False on a system that does not say so in /proc/cpuinfo.

    Example:
        >>> has_native_bfloat16() == ("bfloat16" in native_precisions())
        True
    """
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
        flags = text.split("flags", 1)[1].split("\n", 1)[0].split()
    except (OSError, IndexError):
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
