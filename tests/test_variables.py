"""Changes of variable lead there and back, and carry gradients as finite differences say."""

import numpy as np
import pytest
from scipy import fft

from nst_core.optimise.variables import Free, Frequencies, Variable, Within
from nst_core.vgg16.space import HIGHEST_VGG, LOWEST_VGG

SHAPE = (1, 11, 8, 3)


def within() -> Within:
    return Within(LOWEST_VGG, HIGHEST_VGG)


VARIABLES: dict[str, Variable] = {
    "free": Free(),
    "within": within(),
    "frequencies": Frequencies(SHAPE, Free()),
    "both": Frequencies(SHAPE, within()),
}


def picture() -> np.ndarray:
    return np.random.default_rng(0).uniform(-90, 120, SHAPE)


@pytest.mark.parametrize("name", VARIABLES)
def test_what_stands_for_x_leads_back_to_it(name: str) -> None:
    variable = VARIABLES[name]
    np.testing.assert_allclose(variable.at(variable.to_u(picture()))[0], picture(), rtol=1e-9)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_gradient_is_carried_as_finite_differences_say(name: str) -> None:
    variable = VARIABLES[name]
    random = np.random.default_rng(1)
    slope = random.normal(size=SHAPE)
    u, step = variable.to_u(picture()), random.normal(size=SHAPE)

    def loss(u: np.ndarray) -> float:
        x, _ = variable.at(u)
        return float(np.sum(slope * x + 0.01 * x**2))

    x, chain = variable.at(u)
    gradient = chain(slope + 0.02 * x)
    h = 1e-5
    measured = (loss(u + h * step) - loss(u - h * step)) / (2 * h)
    assert float(np.sum(gradient * step)) == pytest.approx(measured, rel=1e-6)


def test_no_u_leads_out_of_the_range() -> None:
    for name in ("within", "both"):
        x, _ = VARIABLES[name].at(np.random.default_rng(2).normal(size=SHAPE) * 1000)
        assert (x >= LOWEST_VGG).all()
        assert (x <= HIGHEST_VGG).all()


def test_low_frequencies_are_moved_further_than_high_ones() -> None:
    variable = VARIABLES["frequencies"]
    lowest, highest = np.zeros(SHAPE), np.zeros(SHAPE)
    lowest[0, 0, 0], highest[0, -1, -1] = 1.0, 1.0
    slow, fast = (variable.at(u)[0] for u in (lowest, highest))
    # By hand: the orthonormal transform keeps lengths, so that what is left are the weights.
    assert np.linalg.norm(slow) == pytest.approx(np.sqrt(3))
    frequency = np.hypot(10 / 11, 7 / 8)
    weight = (1 + frequency / 0.02) ** -0.25
    assert np.linalg.norm(fast) == pytest.approx(np.sqrt(3) * weight)
    assert np.ptp(slow) < 1e-12
    assert np.argmax(np.abs(fft.dctn(fast[0, :, :, 0], norm="ortho"))) == 11 * 8 - 1


def test_reach_is_what_x_moves_in_the_middle_of_its_range() -> None:
    middle = np.broadcast_to((LOWEST_VGG + HIGHEST_VGG) / 2, SHAPE)
    for variable in VARIABLES.values():
        step = np.random.default_rng(3).normal(size=SHAPE) * 1e-6
        u = variable.to_u(middle)
        moved = variable.at(u + step)[0] - variable.at(u)[0]
        assert variable.reach(step) == pytest.approx(np.sqrt(np.mean(moved**2)), rel=1e-4)
