"""Sizes and iterations for each scale."""

import pytest

from nst_core import Settings
from nst_core.errors import InputError
from nst_core.plan.schedule import plan_scales, scaled_to


def test_the_last_scale_has_the_size_asked_for_and_each_is_twice_the_last() -> None:
    scales = plan_scales((768, 1024), (1014, 1280), Settings(size=400, scales=3))
    assert [scale.picture for scale in scales] == [(75, 100), (150, 200), (300, 400)]
    assert [scale.painting for scale in scales] == [(79, 100), (158, 200), (317, 400)]


def test_the_painting_has_its_own_scale() -> None:
    scales = plan_scales((768, 1024), (1014, 1280), Settings(size=400, scales=1, style_scale=0.5))
    assert scales[0].painting == (158, 200)


@pytest.mark.parametrize("photo", [(480, 641), (333, 77), (77, 333), (512, 512)])
def test_the_aspect_is_kept_to_the_pixel(photo: tuple[int, int]) -> None:
    picture = plan_scales(photo, (500, 700), Settings(size=401))[-1].picture
    assert max(picture) == 401
    assert min(picture) == round(401 * min(photo) / max(photo))
    assert (picture[0] > picture[1]) == (photo[0] > photo[1])


def test_classic_resizes_both_to_exactly_rows_and_columns() -> None:
    (scale,) = plan_scales((768, 1024), (1014, 1280), Settings(recipe="classic"))
    assert scale.picture == scale.painting == (300, 500)
    assert scale.iterations == 30


def test_classic_with_a_size_keeps_the_photo_s_aspect() -> None:
    (scale,) = plan_scales((768, 1024), (1014, 1280), Settings(recipe="classic", size=400))
    assert scale.picture == scale.painting == (300, 400)


@pytest.mark.parametrize("iterations", [1, 2, 3, 7, 30])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_all_iterations_are_spent(iterations: int, count: int) -> None:
    scales = plan_scales((768, 1024), (500, 700), Settings(iterations=iterations, scales=count))
    assert sum(scale.iterations for scale in scales) == iterations
    assert all(scale.iterations > 0 for scale in scales)
    assert scales[-1].picture == (384, 512)


def test_coarser_scales_have_more_iterations() -> None:
    scales = plan_scales((768, 1024), (500, 700), Settings(iterations=18, scales=3))
    assert [scale.iterations for scale in scales] == [8, 6, 4]


def test_no_scale_is_too_small() -> None:
    scales = plan_scales((768, 1024), (500, 700), Settings(size=100, scales=8))
    assert [scale.picture for scale in scales] == [(38, 50), (75, 100)]
    assert sum(scale.iterations for scale in scales) == Settings().iterations


def test_a_narrow_photo_is_refused_with_the_size_that_would_do() -> None:
    with pytest.raises(InputError, match=r"size must be at least 640 .*Received: 512"):
        plan_scales((2000, 100), (500, 700), Settings())
    assert plan_scales((2000, 100), (500, 700), Settings(size=640))[-1].picture == (640, 32)


def test_a_narrow_painting_is_refused() -> None:
    with pytest.raises(InputError, match=r"painting must be at least 32 .*Received: 512 x 26"):
        plan_scales((500, 500), (100, 2000), Settings())


def test_fit() -> None:
    assert scaled_to((300, 400), 200) == (150, 200)
    assert scaled_to((1, 10_000), 100) == (1, 100)
