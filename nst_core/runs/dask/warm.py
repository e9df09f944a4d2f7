"""Has each of Dask's workers ready before its first run asks for it."""

import os
import threading

from distributed import WorkerPlugin

from nst_core import calibrate
from nst_core.machine import forecast, precision, prices
from nst_core.plan import schedule
from nst_core.quiet import load_tensorflow
from nst_core.settings import Settings

_NICENESS = 5


class WarmWorker(WorkerPlugin):  # type: ignore[misc]
    """Has a worker load TensorFlow and VGG16 as it starts, so that its first run need not.

    Example:
        >>> client.register_plugin(WarmWorker())
    """

    name = "nst-warm"

    def setup(self, worker: object) -> None:
        """Called by Dask on each worker; the worker answers while the rest goes on in a thread."""
        if hasattr(os, "nice"):
            os.nice(_NICENESS)  # whoever looks at the page comes first
        threading.Thread(target=warm_up, name="warm", daemon=True).start()


def warm_up() -> None:
    """Load TensorFlow, and VGG16 as the default settings need it; measure a machine that is new.

    Example:
        >>> warm_up()
    """
    defaults = Settings()
    small = defaults.changed(size=64)
    if not forecast.fits_memory(schedule.plan_scales((64, 64), (64, 64), small), small):
        return  # loading would take the worker's last memory; each run is refused by a sentence
    load_tensorflow()
    from nst_core.objective.formula import Formula
    from nst_core.vgg16.features import build_features

    formula = Formula.of(defaults, precision.precision_for(defaults), pixels=1)
    build_features(formula.layers, formula.dtype_policy, formula.network)
    for name in precision.native_precisions():
        if prices.measured_price(name) is None:
            calibrate.measure_price(name)
