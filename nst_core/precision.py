"""Which arithmetic the convolutions use on this machine."""

import functools
from pathlib import Path
from typing import Literal

from nst_core import calibration
from nst_core.settings import Settings


def resolved(settings: Settings) -> Literal["float32", "bfloat16"]:
    """The precision that `settings` ask for.

    "auto" is bfloat16 where the processor multiplies it natively, which takes half the time, unless
    a trial on this machine has shown that it does not.
    """
    if settings.precision == "auto":
        return "bfloat16" if has_native_bfloat16() and not _is_slower_here() else "float32"
    return settings.precision


def _is_slower_here() -> bool:
    prices = [calibration.known(name) for name in ("bfloat16", "float32")]
    bfloat16, float32 = (price.pixel if price else None for price in prices)
    return bfloat16 is not None and float32 is not None and bfloat16 > float32


def dtype_policy(settings: Settings) -> str:
    """Keras's name for the precision that `settings` ask for."""
    return {"float32": "float32", "bfloat16": "bfloat16"}[resolved(settings)]


@functools.cache
def has_native_bfloat16() -> bool:
    """Whether the processor has AVX-512 or AMX bfloat16 products; False where it cannot be told."""
    try:
        flags = Path("/proc/cpuinfo").read_text().split("flags", 1)[1].split("\n", 1)[0].split()
    except (OSError, IndexError):
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
