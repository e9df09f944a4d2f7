"""Silence for native libraries that write past every log setting."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def native_stderr_silenced() -> Iterator[None]:
    """Send what native code writes to standard error nowhere, for the length of the block.

    For libtiff, which has no other way, and for TensorFlow as it loads, before it reads
    `TF_CPP_MIN_LOG_LEVEL` (github.com/tensorflow/tensorflow/issues/100442).
    """
    try:
        kept = os.dup(2)
    except OSError:  # a service may have closed it: nothing to silence
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def load_tensorflow() -> None:
    """Load TensorFlow and have it look for a GPU, of whose lack it would complain later."""
    with native_stderr_silenced():
        import tensorflow

        tensorflow.config.list_physical_devices()
