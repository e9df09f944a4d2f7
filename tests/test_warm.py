"""A worker is ready for a run with the default settings before the first one comes."""

import pytest

from nst_core import Settings
from nst_core.machine import precision, prices
from nst_core.objective.formula import Formula
from nst_core.objective.graph import whole_graph
from nst_core.runs.dask import warm
from nst_core.vgg16.features import build_features


def test_the_first_run_finds_its_network_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "measured_price", prices.USUAL.get)  # a machine that is known
    build_features.cache_clear()
    warm.warm_up()
    built = build_features.cache_info().misses
    settings = Settings()
    formula = Formula.of(settings, precision.precision_for(settings), 64 * 64)
    whole_graph.cache_clear()
    whole_graph(formula, ((64, 64), (64, 64)))
    assert built == 1
    assert build_features.cache_info().misses == built
