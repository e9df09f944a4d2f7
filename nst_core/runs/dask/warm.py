"""What a worker does before its first run asks for it."""

from nst_core import calibrate
from nst_core.machine import precision, prices
from nst_core.quiet import native_stderr_silenced
from nst_core.settings import Settings


def load() -> None:
    """Load TensorFlow, and VGG16 as the default settings need it; measure a new machine."""
    with native_stderr_silenced():
        from nst_core.vgg16.features import build_features

    usual = Settings()
    layers = tuple(sorted({*usual.content_layers, *usual.style_layers}))
    build_features(layers, precision.resolve(usual))
    _measure_once()


def _measure_once() -> None:
    for name in precision.native_precisions():
        if prices.measured_price(name) is None:
            calibrate.measure_price(name)
