"""A request for a run: photo, painting, settings and where to begin; and the files of these."""

import hashlib
import math
from dataclasses import dataclass

from nst_core.beginning import at_picture
from nst_core.errors import InputError, shown
from nst_core.pictures import decoding
from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.masks import Masks, encode_mask
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels, encode_png, resize
from nst_core.plan import schedule
from nst_core.plan.paintings import listed, plan_for
from nst_core.runs.store import layout, run_yaml
from nst_core.runs.store.checkpoint import checkpoint_to_bytes
from nst_core.runs.store.run_files import File, MaskFiles, RunFiles
from nst_core.runs.store.storage import Storage
from nst_core.settings import Settings


@dataclass(frozen=True, eq=False)
class Request:
    """A run that someone asks for.

    Attributes:
        photo, painting: uint8 RGB (H, W, 3), of any size from 32 pixels a side; of several
            paintings the first.
        settings: how to repaint the photo.
        session: whose run it is.
        title, photo_name: what to call the style and the photo.
        parent: the id of the run that it comes from; None for none.
        start: a picture to start from, uint8 RGB (H, W, 3), instead of what the settings say.
        further: the other paintings.
        masks: where to paint, and which painting goes where.

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
    further: tuple[Pixels, ...] = ()
    masks: Masks | None = None


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
    photo, photo_pixels = _readable_png(request.photo)
    paintings = [
        _readable_png(painting) for painting in listed([request.painting, *request.further])
    ]
    scales = plan_for(
        photo_pixels, [pixels for _, pixels in paintings], request.settings, request.masks
    )
    beginning = None
    if request.start is not None:
        check_pixels(request.start, "start")
        beginning = at_picture(request.start, scales)
        scales = scales[beginning.scale :]
    pictures = RunFiles(
        _write(folder, layout.PHOTO, photo),
        tuple(
            _write(folder, layout.painting(number), data)
            for number, (data, _) in enumerate(paintings)
        ),
        _write_masks(folder, request.masks),
    )
    text = run_yaml.render(pictures, request.settings, from_picture=beginning is not None)
    folder.write(layout.RUN_YAML, text.encode())
    if beginning is not None:
        folder.write(layout.CHECKPOINT, checkpoint_to_bytes(beginning))
    return scales


def _write(folder: Storage, name: str, data: bytes) -> File:
    folder.write(name, data)
    return File(name, hashlib.sha256(data).hexdigest())


def _write_masks(folder: Storage, masks: Masks | None) -> MaskFiles[File]:
    if masks is None:
        return MaskFiles()
    arrays = MaskFiles(masks.paint, masks.paintings, masks.of_paintings)
    names = {id(array): layout.mask(kind, number) for kind, number, array in arrays.named()}
    return arrays.map(lambda array: _write(folder, names[id(array)], encode_mask(array)))


def _readable_png(pixels: Pixels) -> tuple[bytes, Pixels]:
    """The picture as a PNG that `decoding` takes, and the pixels in it.

    It is smaller than the picture where the file would be too large.
    """
    data = encode_png(pixels)
    while len(data) > decoding.MOST_BYTES:
        share = 0.95 * math.sqrt(decoding.MOST_BYTES / len(data))
        rows, columns = (max(SMALLEST_SIDE, int(side * share)) for side in pixels.shape[:2])
        pixels = resize(pixels, rows, columns)
        data = encode_png(pixels)
    return data, pixels


def read_inputs(folder: Storage) -> tuple[Pixels, Pixels, Settings]:
    """Photo and painting, uint8 RGB (H, W, 3), and settings, as `write_inputs` left them.

    Raises:
        FileNotFoundError: one of them is not there.
        InputError: one is damaged.

    Example:
        >>> photo, painting, settings = read_inputs(folder)
    """
    settings = run_yaml.read_settings(folder.read(layout.RUN_YAML))
    photo, painting = (_pixels(folder, name) for name in (layout.PHOTO, layout.painting(0)))
    return photo, painting, settings


def read_further(folder: Storage) -> tuple[tuple[Pixels, ...], Masks | None]:
    """The paintings after the first, uint8 RGB (H, W, 3), and the masks; None for none.

    Raises:
        FileNotFoundError: one of them is not there.
        InputError: one is damaged.

    Example:
        >>> read_further(folder)  # of a run with one painting
        ((), None)
    """
    data = folder.read(layout.RUN_YAML)
    if b"paintings:" not in data and b"masks:" not in data:
        return (), None
    files = run_yaml.read_files(data)
    further = tuple(_pixels(folder, file.name) for file in files.paintings[1:])
    if not files.masks:
        return further, None
    masks = files.masks.map(lambda file: _pixels(folder, file.name))
    return further, Masks(masks.paint, masks.paintings, masks.of_paintings)


def _pixels(folder: Storage, name: str) -> Pixels:
    """The pixels of a picture that a run's text names, which anyone may have written."""
    if not layout.is_input(name):
        raise InputError(f"{layout.RUN_YAML} must name files beside it. Received: {shown(name)}.")
    return decode_picture(folder.read(name), name).pixels
