"""Which of Keras's backends can be used; this file itself needs no Keras."""

import os
from typing import Any

from nst_core.errors import BackendError, shown

SUPPORTED = ("tensorflow",)
"""The backends that `gradient.py` has a pair of functions for."""

Tensor = Any
"""A tensor of Keras's backend; Keras has no type for it."""


def require_supported() -> None:
    """See that Keras will load, or has loaded, a supported backend; call before importing Keras.

    Raises:
        BackendError: `KERAS_BACKEND` names another one.
    """
    name = os.environ.get("KERAS_BACKEND", SUPPORTED[0])
    if name not in SUPPORTED:
        raise BackendError(
            f"KERAS_BACKEND must be {' or '.join(SUPPORTED)}. Received: {shown(name)}."
        )
