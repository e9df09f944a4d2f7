"""Functions compiled by Keras's backend, with their gradient. Only this file knows a backend's.

A further Keras backend needs one more pair of functions like the two at the end.
"""

from collections.abc import Callable
from typing import Any

import keras

from nst_core.errors import BackendError

Tensor = Any


def value_and_gradient(terms_of: Callable[..., Tensor]) -> Callable[..., Any]:
    """`(x, ...) -> (terms, gradient)`, compiled.

    terms_of: `(x, ...) -> terms (t,)`. The gradient is that of the terms' sum, of x's shape.
    """
    return _BACKENDS[keras.backend.backend()][0](terms_of)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled; it is traced once for each shape of its arguments."""
    return _BACKENDS[keras.backend.backend()][1](function)


def _tensorflow_value_and_gradient(terms_of: Callable[..., Tensor]) -> Callable[..., Any]:
    import tensorflow as tf

    def evaluate(x: Tensor, *rest: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            terms = terms_of(x, *rest)
            total = tf.reduce_sum(terms)
        return terms, tape.gradient(total, x)

    return _tensorflow_function(evaluate)


def _tensorflow_function(function: Callable[..., Any]) -> Callable[..., Any]:
    import tensorflow as tf

    traced = tf.function(function)

    def run(*arguments: Any) -> Any:
        try:
            # Not `traced(...)`: it warns after five sizes that each was traced, as is meant.
            return traced.get_concrete_function(*arguments)(*arguments)
        except tf.errors.ResourceExhaustedError as error:
            shape = tuple(arguments[0].shape[1:3])
            raise BackendError(
                "The memory must hold a picture and its features; choose a smaller size. "
                f"Received: {shape[0]} x {shape[1]}, which is too large here."
            ) from error

    return run


_BACKENDS = {"tensorflow": (_tensorflow_value_and_gradient, _tensorflow_function)}
