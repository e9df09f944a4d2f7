"""Where a run can go on from, as a file."""

import io
import json
import zipfile

import numpy as np

from nst_core.errors import InputError
from nst_core.events import Checkpoint

_NUMBERS = ("scale", "done_here", "step", "losses", "evaluations", "seconds", "began")


def checkpoint_to_bytes(checkpoint: Checkpoint) -> bytes:
    """The bytes of `checkpoint.npz`; x stays float64 (1, H, W, 3), so that nothing is lost.

    Example:
        >>> folder.write(layout.CHECKPOINT, checkpoint_to_bytes(iteration.checkpoint))
    """
    rest = {name: getattr(checkpoint, name) for name in _NUMBERS}
    buffer = io.BytesIO()
    np.savez(buffer, x=checkpoint.x, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8))
    return buffer.getvalue()


def checkpoint_from_bytes(data: bytes) -> Checkpoint:
    """The checkpoint that `checkpoint_to_bytes` made into bytes.

    Raises:
        InputError: the bytes are something else.

    Example:
        >>> checkpoint_from_bytes(folder.read(layout.CHECKPOINT)).evaluations
        60
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            x, rest = arrays["x"], json.loads(arrays["rest"].tobytes())
        return Checkpoint(x=x, **(rest | {"losses": tuple(rest["losses"])}))
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise InputError(
            f"The checkpoint is damaged: its {len(data)} bytes cannot be read."
        ) from error
