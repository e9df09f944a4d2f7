"""A run in a process of its own, watched through the folder that it writes."""

import csv
import io
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nst_core import decoding, files, images, presets
from nst_core.cli import BAD_INPUT, CANCELLED, NOT_FINITE
from nst_core.runs.folder import PICTURE_NAME


@dataclass
class Run:
    """A run that was started from this session.

    Attributes:
        folder: where it writes; see `nst_core.runs.folder`.
        iterations: how many it will have.
        process: `python -m nst_core stylize`.
    """

    folder: Path
    iterations: int
    process: subprocess.Popen[bytes]

    @property
    def is_going(self) -> bool:
        """Whether the process still works."""
        return self.process.poll() is None

    @property
    def losses(self) -> list[float]:
        """The loss of each finished iteration."""
        try:
            text = (self.folder / "losses.csv").read_text()
        except OSError:
            return []
        return [float(row["loss"]) for row in csv.DictReader(io.StringIO(text))]

    @property
    def picture(self) -> Path | None:
        """The newest picture's file; None before the first."""
        last = self.folder / PICTURE_NAME.format(len(self.losses) - 1)
        return last if last.exists() else None

    @property
    def error(self) -> str:
        """The sentence with which it failed; empty if it did not."""
        if self.is_going or self.process.returncode in (0, CANCELLED):
            return ""
        said = (self.folder.parent / "said.txt").read_text(errors="replace").strip()
        if self.process.returncode in (BAD_INPUT, NOT_FINITE) and said:
            return said.splitlines()[-1]
        return "The run ended unexpectedly; start it again, perhaps at a smaller size."

    def stop(self) -> None:
        """Ask it to end after the evaluation under way, keeping what is done."""
        if self.is_going:
            self.process.send_signal(signal.SIGTERM)


def start(photo: decoding.Picture, preset: presets.Preset, size: int) -> Run:
    """Start repainting a decoded photo; returns at once."""
    home = Path(tempfile.mkdtemp(prefix="nst-run-"))
    files.write_bytes(home / "photo.png", images.encode_png(photo.pixels))
    with (home / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "nst_core", "stylize", str(home / "photo.png"),
             "--preset", preset.name, "--set", f"size={size}", "--output", str(home / "out")],
            cwd=presets.BUILT_IN.parent,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )  # fmt: skip
    return Run(home / "out", preset.settings.iterations, process)
