"""Which of Keras's backends can be used."""

import os

from nst_core.errors import BackendError

SUPPORTED = ("tensorflow",)
"""Those that `differentiate.py` has a gradient for."""


def require_supported() -> None:
    """See that Keras will load, or has loaded, a supported backend; call before importing Keras.

    Raises:
        BackendError: `KERAS_BACKEND` names another one.
    """
    name = os.environ.get("KERAS_BACKEND", SUPPORTED[0])
    if name not in SUPPORTED:
        raise BackendError(f"KERAS_BACKEND must be {' or '.join(SUPPORTED)}. Received: {name}.")
