"""The default recipe against the classic one at equal seconds, on four photos and paintings.

`python -m bench.quality --output FOLDER` prints, for each pair, the distance to the painting's
style (lower is better) and the cosine to the photo's content (higher is better), and writes a
contact sheet: photo, painting, classic, default. It takes about five minutes. The classic run is
stopped when it has had the seconds that the default run took, all included; the weights are loaded
before.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

from bench import statistics
from nst_core import Settings, load_preset, presets, stylize
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule
from nst_core.vgg16.weights import load_weights

PAIRS = (
    ("astronaut", "starlit_valley"),
    ("chelsea", "stained_glass"),
    ("coffee", "woodblock_wave"),
    ("rocket", "starlit_valley"),
)
"""Photos that scikit-image carries, and presets."""

ROW_HEIGHT = 300


@dataclass(frozen=True)
class Measured:
    """One picture and its figures."""

    picture: Pixels
    style_distance: float
    content_cosine: float


def main() -> None:
    """Measure all pairs, print the table, write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("out"), help="folder of the sheet")
    parser.add_argument("--size", type=int, default=384, help="longer side in pixels")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    load_weights()
    print(f"{'photo, preset':28} {'seconds':>7}  {'style distance':^17}  {'content cosine':^17}")
    print(f"{'':28} {'':>7}  {'classic':>8} {'default':>8}  {'classic':>8} {'default':>8}")
    rows = []
    for photo_name, preset_name in PAIRS:
        photo = np.ascontiguousarray(getattr(skimage.data, photo_name)())
        painting = presets.read_painting(load_preset(preset_name)).pixels
        seconds, classic, default = compare(photo, painting, preset_name, options.size)
        print(
            f"{photo_name + ', ' + preset_name:28} {seconds:7.1f}"
            f"  {classic.style_distance:8.4f} {default.style_distance:8.4f}"
            f"  {classic.content_cosine:8.4f} {default.content_cosine:8.4f}",
            flush=True,
        )
        rows.append([photo, painting, classic.picture, default.picture])
    sheet = options.output / "quality.png"
    Image.fromarray(contact_sheet(rows)).save(sheet)
    print(f"{sheet}: photo, painting, classic, default.")


def compare(
    photo: Pixels, painting: Pixels, preset_name: str, size: int
) -> tuple[float, Measured, Measured]:
    """Seconds that the default run took, and both results."""
    settings = load_preset(preset_name).settings.changed(size=size)
    began = time.monotonic()
    default = stylize(photo, painting, settings).picture
    seconds = time.monotonic() - began

    rows, columns = default.shape[:2]
    classic_settings = Settings(recipe="classic", rows=rows, columns=columns, iterations=1000)
    end = time.monotonic() + seconds
    classic = stylize(
        photo, painting, classic_settings, should_stop=lambda: time.monotonic() > end
    ).picture

    at_size = resize(photo, rows, columns)
    style_size = schedule.scaled_to(painting.shape[:2], size)
    targets = (
        statistics.features(resize(painting, *style_size)),
        statistics.features(at_size),
    )
    return seconds, measure(classic, *targets), measure(default, *targets)


def measure(picture: Pixels, painting: statistics.Features, photo: statistics.Features) -> Measured:
    """The figures of a picture, against the features of its painting and its photo."""
    features = statistics.features(picture)
    return Measured(
        picture,
        statistics.style_distance(features, painting),
        statistics.content_cosine(features, photo),
    )


def contact_sheet(rows: list[list[Pixels]]) -> Pixels:
    """Rows of pictures, each scaled to one height, on white."""
    strips = []
    for row in rows:
        cells = [resize(p, ROW_HEIGHT, p.shape[1] * ROW_HEIGHT // p.shape[0]) for p in row]
        strips.append(
            np.hstack([np.pad(c, ((4, 4), (4, 4), (0, 0)), constant_values=255) for c in cells])
        )
    width = max(strip.shape[1] for strip in strips)
    return np.vstack(
        [np.pad(s, ((0, 0), (0, width - s.shape[1]), (0, 0)), constant_values=255) for s in strips]
    )


if __name__ == "__main__":
    main()
