"""Silence for native libraries that write past every log setting."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from nst_core import interrupts


@contextlib.contextmanager
def native_stderr_silenced() -> Iterator[None]:
    """Silence what native code writes to standard error, as long as the block runs.

    libtiff can be silenced in no other way. Nor can TensorFlow as it loads, before it reads
    `TF_CPP_MIN_LOG_LEVEL` (github.com/tensorflow/tensorflow/issues/100442).

    Example:
        >>> with native_stderr_silenced():
        ...     import tensorflow
    """
    try:
        standard_error = os.dup(2)
    except OSError:  # a service may have closed it, and there is nothing to silence
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)


def load_tensorflow() -> None:
    """Load TensorFlow and have it look for a GPU, of whose lack it would complain later."""
    with interrupts.at_once(), native_stderr_silenced():
        # Keras first, as the objective does: threads that load the two in different orders at
        # once block each other, and Python then goes on with halves of modules.
        import keras  # noqa: F401
        import tensorflow

        tensorflow.config.list_physical_devices()
