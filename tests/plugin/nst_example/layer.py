"""Mean and standard deviation of each channel, as in Huang and Belongie 2017 (arXiv 1703.06868)."""

from typing import Any

from keras import ops

from nst_core.objective.losses import Term, relative_error


class StatisticsLoss(Term):
    def __init__(self, deviation: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.deviation = deviation

    def target(self, features: Any) -> Any:
        """features: (1, h, w, c). Returns: (2, c)."""
        x = ops.cast(features, self.compute_dtype)
        mean, variance = ops.moments(x, axes=[0, 1, 2])
        return ops.stack([mean, self.deviation * ops.sqrt(variance + 1e-6)])

    def call(self, features: Any, target: Any) -> Any:
        return relative_error(self.target(features), target)
