"""Loading TensorFlow without the lines that it writes past every log setting."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def native_stderr_silenced() -> Iterator[None]:
    """Send what native code writes to standard error nowhere, for the length of the block.

    `TF_CPP_MIN_LOG_LEVEL` cannot do it: TensorFlow logs while it loads, before it reads that
    (github.com/tensorflow/tensorflow/issues/100442).
    """
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
