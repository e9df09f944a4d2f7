"""A checkpoint as a file."""

import io
import json
import zipfile

import numpy as np

from nst_core.errors import InputError
from nst_core.events import Checkpoint

NAME = "checkpoint.npz"


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
