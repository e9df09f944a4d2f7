"""A run's folder whose pictures are retouched as they are read: for zips, animations, downloads."""

import io
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from PIL import Image

from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.pixels import Pixels, encode_png, resize
from nst_core.pictures.retouch import Retouch
from nst_core.runs.store import layout
from nst_core.runs.store.storage import Storage


def retouched_png(data: bytes, photo: Pixels, retouch: Retouch) -> bytes:
    """A picture of a run as a PNG, retouched; it carries what it carried, and what was done to it.

    Args:
        data: the picture's PNG, as the run has left it; where the retouch changes nothing it is
            returned as it is.
        photo: of the run, uint8 of any size.
        retouch: what to do.

    Example:
        >>> data = retouched_png(folder.read(layout.RESULT), photo, Retouch(strength=70))
    """
    if retouch.changes_nothing:
        return data
    with Image.open(io.BytesIO(data)) as image:
        picture = np.asarray(image.convert("RGB"))
        texts = {str(key): str(text) for key, text in image.info.items() if isinstance(text, str)}
    return encode_png(retouch.apply(picture, photo), texts | {"Comment": retouch.words})


class RetouchedFolder(Storage):
    """The folder of a run, in which the result and each iteration's picture are retouched.

    All other files are as they are, photo and painting included.

    Example:
        >>> file.writelines(gallery.stream(RetouchedFolder(folder, Retouch(strength=70))))
    """

    def __init__(self, folder: Storage, retouch: Retouch) -> None:
        super().__init__(folder._system, folder._root)
        self._retouch = retouch
        self._resized: Pixels | None = None

    def read(self, name: str) -> bytes:
        data = super().read(name)
        if self._retouch.changes_nothing or not layout.is_repainted(name):
            return data
        with Image.open(io.BytesIO(data)) as image:
            size = image.height, image.width
        # Most of a run's pictures have the same size, and bringing a large photo to it takes time.
        if self._resized is None or self._resized.shape[:2] != size:
            self._resized = resize(self._photo, *size)
        return retouched_png(data, self._resized, self._retouch)

    def chunks(self, name: str) -> Iterator[bytes]:
        if self._retouch.changes_nothing or not layout.is_repainted(name):
            yield from super().chunks(name)
        else:
            yield self.read(name)

    @cached_property
    def _photo(self) -> Pixels:
        return decode_picture(super().read(layout.PHOTO), layout.PHOTO).pixels
