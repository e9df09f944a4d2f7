"""Neural style transfer on VGG16: a core that anyone can call.

`load_preset(name)`, `build_objective(content, style, settings)`, `stylize(content, style,
settings)` and `score(picture, photo, painting)` are the way in. `TermKind` and `Parameters` are for
packages that bring a loss term of their own. Importing this package loads no TensorFlow.
"""

import os
from typing import TYPE_CHECKING, Any

from nst_core import interrupts

interrupts.watch()  # before what takes a while to load

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is loaded, or it chatters

from nst_core.errors import ImageError, InputError, NstError
from nst_core.events import Result
from nst_core.objective import backend
from nst_core.pictures.decoding import Picture, decode_picture, read_picture
from nst_core.presets import Preset, load_preset
from nst_core.scoring.score import Score, score
from nst_core.settings import Settings
from nst_core.settings.term_kinds import Parameters, TermKind

# Bound here and now: loaded later, the module of that name would take the function's place.
from nst_core.stylize import stylize

if TYPE_CHECKING:
    from nst_core.objective.build import build_objective

__all__ = [
    "ImageError",
    "InputError",
    "NstError",
    "Parameters",
    "Picture",
    "Preset",
    "Result",
    "Score",
    "Settings",
    "TermKind",
    "build_objective",
    "decode_picture",
    "load_preset",
    "read_picture",
    "score",
    "stylize",
]


def __getattr__(name: str) -> Any:
    if name == "build_objective":
        backend.require_supported()
        from nst_core.objective.build import build_objective

        return build_objective
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
