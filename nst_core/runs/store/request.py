"""A request for a run: photo, painting, settings and where to begin; and the files of these."""

import hashlib
import math
from dataclasses import dataclass

from nst_core.beginning import at_picture
from nst_core.pictures import decoding
from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels, encode_png, resize
from nst_core.plan import schedule
from nst_core.runs.store import layout, run_yaml
from nst_core.runs.store.checkpoint import checkpoint_to_bytes
from nst_core.runs.store.storage import Storage
from nst_core.settings import Settings


@dataclass(frozen=True, eq=False)
class Request:
    """A run that someone asks for.

    Attributes:
        photo, painting: uint8 RGB (H, W, 3), of any size from 32 pixels a side.
        settings: how to repaint the photo.
        session: whose run it is.
        title, photo_name: what to call the style and the photo.
        parent: the id of the run that it comes from; None for none.
        start: a picture to start from, uint8 RGB (H, W, 3), instead of what the settings say.

    Example:
        >>> run = store.create(Request(photo, painting, preset.settings, title=preset.title))
    """

    photo: Pixels
    painting: Pixels
    settings: Settings
    session: str = ""
    title: str = ""
    photo_name: str = ""
    parent: str | None = None
    start: Pixels | None = None


def write_inputs(folder: Storage, request: Request) -> tuple[schedule.Scale, ...]:
    """Write the files that a run is computed from. Returns: the scales that it will have.

    A picture that would be a larger file than can be read again is stored with fewer pixels.
    Nothing is written if the inputs cannot be worked with.

    Raises:
        InputError: a picture or a size that cannot be worked with.
        OutputError: the store is full or read-only.

    Example:
        >>> scales = write_inputs(folder, Request(photo, painting, Settings()))
        >>> sum(scale.iterations for scale in scales)
        18
    """
    check_pixels(request.photo, "content")
    check_pixels(request.painting, "style")
    photo, photo_size = _readable_png(request.photo)
    painting, painting_size = _readable_png(request.painting)
    scales = schedule.plan_scales(photo_size, painting_size, request.settings)
    beginning = None
    if request.start is not None:
        check_pixels(request.start, "start")
        beginning = at_picture(request.start, scales)
        scales = scales[beginning.scale :]
    digests = {}
    for key, name, data in (
        ("photo", layout.PHOTO, photo),
        ("painting", layout.PAINTING, painting),
    ):
        folder.write(name, data)
        digests[key] = (name, hashlib.sha256(data).hexdigest())
    text = run_yaml.render(digests, request.settings, from_picture=beginning is not None)
    folder.write(layout.RUN_YAML, text.encode())
    if beginning is not None:
        folder.write(layout.CHECKPOINT, checkpoint_to_bytes(beginning))
    return scales


def _readable_png(pixels: Pixels) -> tuple[bytes, schedule.Size]:
    """The picture as a PNG that `decoding` takes, and its size in pixels.

    It is smaller than the picture where the file would be too large.
    """
    data = encode_png(pixels)
    while len(data) > decoding.MOST_BYTES:
        share = 0.95 * math.sqrt(decoding.MOST_BYTES / len(data))
        rows, columns = (max(SMALLEST_SIDE, int(side * share)) for side in pixels.shape[:2])
        pixels = resize(pixels, rows, columns)
        data = encode_png(pixels)
    return data, pixels.shape[:2]


def read_inputs(folder: Storage) -> tuple[Pixels, Pixels, Settings]:
    """Photo and painting, uint8 RGB (H, W, 3), and settings, as `write_inputs` left them.

    Raises:
        FileNotFoundError: one of them is not there.
        InputError: one is damaged.

    Example:
        >>> photo, painting, settings = read_inputs(folder)
    """
    settings = run_yaml.read_settings(folder.read(layout.RUN_YAML))
    photo, painting = (
        decode_picture(folder.read(name), name).pixels for name in (layout.PHOTO, layout.PAINTING)
    )
    return photo, painting, settings
