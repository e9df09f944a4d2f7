"""The pictures that a command line or a `run.yaml` names, read."""

from collections.abc import Iterator
from dataclasses import dataclass

from nst_core.errors import shown
from nst_core.pictures.decoding import Picture, read_picture
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import Pixels
from nst_core.runs.store.run_files import MaskFiles
from nst_core.runs.store.run_yaml import RunConfig


@dataclass(frozen=True, eq=False)
class RunPictures:
    """What a run is computed from.

    Attributes:
        photo, paintings: of the files that the run names.
        mask_pictures: likewise.
        masks: None if there are none.
    """

    photo: Picture
    paintings: tuple[Picture, ...]
    mask_pictures: MaskFiles[Picture]
    masks: Masks | None

    @property
    def styles(self) -> list[Pixels]:
        """The paintings' pixels, uint8 (h, w, 3) each."""
        return [painting.pixels for painting in self.paintings]


def read_pictures(config: RunConfig) -> RunPictures:
    """Read all files that a run names.

    Raises:
        InputError: one is missing, or is no picture.

    Example:
        >>> pictures = read_pictures(config_of(options))
        >>> result = stylize(pictures.photo.pixels, pictures.styles, config.settings)
    """
    mask_pictures = config.masks.map(read_picture)
    pixels = mask_pictures.map(lambda picture: picture.pixels)
    masks = Masks(pixels.paint, pixels.paintings, pixels.of_paintings) if pixels else None
    paintings = tuple(read_picture(path) for path in config.paintings)
    return RunPictures(read_picture(config.photo), paintings, mask_pictures, masks)


def notes(config: RunConfig, pictures: RunPictures) -> Iterator[str]:
    """What was done to the files that were read, in sentences.

    Example:
        >>> list(notes(config, pictures))
        ['me.jpg: turned upright.']
    """
    masks = pictures.mask_pictures.named()
    read = [pictures.photo, *pictures.paintings, *(picture for _, _, picture in masks)]
    for (_, path), picture in zip(config.named(), read, strict=True):
        for note in picture.notes:
            yield f"{shown(path)}: {note}."
