"""Functions compiled by Keras's backend, with their gradient, which only this file knows to take.

A further Keras backend needs one more pair of functions like the two at the end, and its name in
`backend.SUPPORTED`.
"""

from collections.abc import Callable
from typing import Any

import keras

from nst_core.errors import BackendError
from nst_core.objective.backend import Tensor


def value_and_gradient(terms_of: Callable[..., Tensor]) -> Callable[..., Any]:
    """A compiled function `(x, ...) -> (terms, gradient)`.

    Args:
        terms_of: a function `(x, ...) -> terms`, of shape (t,). It may use `keras.ops` only.

    Returns:
        The function. Its `gradient` is that of the terms' sum by `x`, and of x's shape.

    Example:
        >>> square = value_and_gradient(lambda x: ops.reshape(x * x, (1,)))
        >>> square(ops.convert_to_tensor(3.0))  # ([9.], 6.)
    """
    return _BACKENDS[keras.backend.backend()][0](terms_of)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, compiled; it is traced once for each shape of its arguments.

    Example:
        >>> double = compiled(lambda x: 2 * x)
    """
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
            # Not `traced(...)`: after five sizes it warns that it traced each, which is intended.
            return traced.get_concrete_function(*arguments)(*arguments)
        except tf.errors.ResourceExhaustedError as error:
            rows, columns = arguments[0].shape[1:3]
            raise BackendError(
                "The memory must hold a picture and its features; choose a smaller size. "
                f"Received: {rows} x {columns}, which is too large here."
            ) from error

    return run


_BACKENDS = {"tensorflow": (_tensorflow_value_and_gradient, _tensorflow_function)}
