"""Where a run can go on from, as a file, and as the beginning of a run from a picture."""

import io
import json
import zipfile
from collections.abc import Sequence

import numpy as np

from nst_core.errors import InputError
from nst_core.events import Checkpoint
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import Scale
from nst_core.vgg16.space import to_vgg

_NUMBERS = ("scale", "done_here", "step", "losses", "evaluations", "seconds", "began")


def checkpoint_at(picture: Pixels, scales: Sequence[Scale]) -> Checkpoint:
    """The beginning of a run from a picture, at the first scale that is as large as it is.

    picture: uint8 (H, W, 3); its aspect should be that of the scales.

    >>> checkpoint_at(picture, schedule.plan(photo.shape[:2], painting.shape[:2], settings)).scale
    2
    """
    large = [n for n, scale in enumerate(scales) if max(scale.picture) >= max(picture.shape[:2])]
    scale = large[0] if large else len(scales) - 1
    x = to_vgg(resize(picture, *scales[scale].picture)).astype(np.float64)
    return Checkpoint(x, scale, 0, 0.0, (), 0, 0.0, began=scale)


def checkpoint_to_bytes(checkpoint: Checkpoint) -> bytes:
    """The bytes of `checkpoint.npz`; x stays float64 (1, H, W, 3), so that nothing is lost."""
    rest = {name: getattr(checkpoint, name) for name in _NUMBERS}
    buffer = io.BytesIO()
    np.savez(buffer, x=checkpoint.x, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8))
    return buffer.getvalue()


def checkpoint_from_bytes(data: bytes) -> Checkpoint:
    """The checkpoint that `checkpoint_to_bytes` made into bytes.

    Raises:
        InputError: the bytes are something else.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            x, rest = arrays["x"], json.loads(arrays["rest"].tobytes())
        return Checkpoint(x=x, **(rest | {"losses": tuple(rest["losses"])}))
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise InputError(
            f"A checkpoint must be one that a run has left. Received: {len(data)} bytes that "
            "cannot be read."
        ) from error
