"""What a run is asked to be: photo, painting, settings and where to begin, in its folder."""

import hashlib
import math

from nst_core.beginning import at_picture
from nst_core.pictures import decoding
from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels, encode_png, resize
from nst_core.plan import schedule
from nst_core.runs.store import checkpoint
from nst_core.runs.store import run_yaml as config
from nst_core.runs.store.storage import Storage
from nst_core.settings import Settings

PHOTO, PAINTING = "photo.png", "painting.png"


def write_inputs(
    folder: Storage,
    photo: Pixels,
    painting: Pixels,
    settings: Settings,
    start: Pixels | None = None,
) -> dict[str, float]:
    """Write the inputs of a run. Returns: its "iterations" and "work", as in its record.

    Args:
        folder: where to; nothing is written if the inputs cannot be worked with.
        photo, painting: uint8 RGB (H, W, 3), of any size from 32 pixels a side; what would be a
            larger file than can be read again is stored with fewer pixels.
        settings: how.
        start: a picture to start from, instead of what the settings say.

    Raises:
        InputError: a picture or a size that cannot be worked with.
        OutputError: the store is full or read-only.
    """
    check_pixels(photo, "content")
    check_pixels(painting, "style")
    stored = {PHOTO: _readable_png(photo), PAINTING: _readable_png(painting)}
    scales = schedule.plan(stored[PHOTO][1], stored[PAINTING][1], settings)
    reached = None
    if start is not None:
        check_pixels(start, "start")
        reached = at_picture(start, scales)
        scales = scales[reached.scale :]
    pictures = {}
    for key, name in (("photo", PHOTO), ("painting", PAINTING)):
        data = stored[name][0]
        folder.write(name, data)
        pictures[key] = (name, hashlib.sha256(data).hexdigest())
    folder.write("run.yaml", config.render(pictures, settings, onward=reached is not None).encode())
    if reached is not None:
        folder.write(checkpoint.NAME, checkpoint.to_bytes(reached))
    return {
        "iterations": sum(scale.iterations for scale in scales),
        "work": schedule.work(scales, settings.evaluations),
    }


def _readable_png(pixels: Pixels) -> tuple[bytes, schedule.Size]:
    """The picture as a PNG that `decoding` takes, and its size: less if it were too many bytes."""
    data = encode_png(pixels)
    while len(data) > decoding.MOST_BYTES:
        share = 0.95 * math.sqrt(decoding.MOST_BYTES / len(data))
        rows, columns = (max(SMALLEST_SIDE, int(side * share)) for side in pixels.shape[:2])
        pixels = resize(pixels, rows, columns)
        data = encode_png(pixels)
    return data, pixels.shape[:2]


def read_inputs(folder: Storage) -> tuple[Pixels, Pixels, Settings]:
    """Photo, painting and settings as `write_inputs` left them.

    Raises:
        FileNotFoundError: one of them is not there.
        InputError: one is damaged.
    """
    settings = config.read_settings(folder.read("run.yaml"))
    photo, painting = (decode_picture(folder.read(name), name).pixels for name in (PHOTO, PAINTING))
    return photo, painting, settings
