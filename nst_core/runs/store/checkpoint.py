"""A checkpoint as a file."""

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

NAME = "checkpoint.npz"


def at_picture(picture: Pixels, scales: Sequence[Scale]) -> Checkpoint:
    """The beginning of a run from a picture, at the first scale that is as large as it is.

    picture: uint8 (H, W, 3); its aspect should be that of the scales.
    """
    large = [n for n, scale in enumerate(scales) if max(scale.picture) >= max(picture.shape[:2])]
    scale = large[0] if large else len(scales) - 1
    x = to_vgg(resize(picture, *scales[scale].picture)).astype(np.float64)
    return Checkpoint(x, scale, 0, 0.0, (), 0, 0.0, began=scale)


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The file's bytes; x in float64, so that nothing is lost."""
    rest = {
        name: getattr(checkpoint, name)
        for name in ("scale", "done_here", "step", "losses", "evaluations", "seconds", "began")
    }
    buffer = io.BytesIO()
    np.savez(buffer, x=checkpoint.x, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8))
    return buffer.getvalue()


def from_bytes(data: bytes) -> Checkpoint:
    """Read what `to_bytes` wrote.

    Raises:
        InputError: it is something else.
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
