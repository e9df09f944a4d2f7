"""The whole classic run: a file of its own, so that it can go on beside all others."""

import pytest

from nst_core import Settings, stylize
from testing.pictures import shared_image


@pytest.mark.slow
def test_the_classic_run_ends_where_it_should() -> None:
    """Thirty iterations at 300 x 400 from the given noise: about 8.93e8 (takes some minutes)."""
    result = stylize(
        shared_image("tubingen.jpg"),
        shared_image("starry_night.jpg"),
        Settings(recipe="classic", columns=400),
    )
    assert result.stopped == "finished"
    assert len(result.losses) == 30
    assert result.losses[-1] == pytest.approx(8.93e8, rel=0.03)
