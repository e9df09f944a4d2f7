"""Odd machines, for real: other locales, no home folder, file systems that refuse, little memory.

`python -m bench.machines` runs the command line and the page on each and prints a table, in about
ten minutes; it ends with 1 where anything went wrong. It needs Linux with gcc, setpriv and Debian's
`locales`; what needs root is left out without it. `python -m bench.machines ctrl-c` runs one part.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import skimage
from PIL import Image

from testing import ROOT
from testing.server import free_port, wait_for_answer
from testing.waiting import wait_for

_SMALL = [f"--set={each}" for each in ("size=64", "iterations=1", "evaluations=1", "scales=1")]
_PHOTO = b"caf\xe9 \xc3\xa9.jpg"
"""A name that is neither UTF-8 nor any other encoding's for long."""
_LOCALES = (("zh_CN", "GBK"), ("ja_JP", "EUC-JP"), ("en_US", "CP1252"))
_REFUSING = """
#include <errno.h>
#define REFUSE(name, why) int name() { errno = why; return -1; }
REFUSE(chmod, EPERM) REFUSE(fchmod, EPERM) REFUSE(fchmodat, EPERM)
REFUSE(link, EPERM) REFUSE(linkat, EPERM) REFUSE(fsync, EINVAL) REFUSE(fdatasync, EINVAL)
"""
_NOBODY = 12345


@dataclass(frozen=True)
class Machine:
    """A way to start a program: what stands before it, and what it finds in its environment."""

    name: str
    prefix: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, **options: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command of ours to its end; `options` are variables that count only now."""
        return subprocess.run(
            self._command(*arguments), check=False, capture_output=True, timeout=300, cwd=ROOT,
            env=os.environ | self.variables | options,
        )  # fmt: skip

    def start(self, *arguments: object, **options: str) -> subprocess.Popen[bytes]:
        """Start a command of ours in a session of its own, as if in a terminal of its own."""
        return subprocess.Popen(
            self._command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
            env=os.environ | self.variables | options, start_new_session=True,
        )  # fmt: skip

    def _command(self, *arguments: object) -> list[bytes]:
        words = (*self.prefix, sys.executable, "-m", "nst_core", *arguments)
        return [word if isinstance(word, bytes) else str(word).encode() for word in words]


Row = tuple[str, str, bool, str]
"""Machine, what was tried, whether it went well, and what came."""


def main() -> int:
    """Print the table. Returns: the exit code."""
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "machines": _on_each_machine, "memory": _little_memory, "ctrl-c": _ctrl_c,
    }  # fmt: skip
    # A child of a shell's background job would ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    all_good = True
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as folder:
            for machine, what, is_good, said in parts[name](Path(folder)):
                all_good &= is_good
                print(f"{machine:24} {what:44} {'good' if is_good else 'BAD':5} {said}", flush=True)
    return 0 if all_good else 1


def _on_each_machine(folder: Path) -> Iterator[Row]:
    for machine in _machines(folder):
        place = folder / machine.name.replace(" ", "_")
        place.mkdir()
        place.chmod(0o777)
        yield from _whole_way(machine, place)


def _machines(folder: Path) -> Iterator[Machine]:
    places = folder / "locales"
    places.mkdir()
    no_utf8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LOCPATH": str(places)}
    for language, charmap in _LOCALES:
        name = f"{language}.{charmap}"
        command = ["localedef", "-c", "-i", language, "-f", charmap, str(places / name)]
        subprocess.run(command, check=False, capture_output=True)
        yield Machine(name, (), no_utf8 | {"LC_ALL": name})
    yield Machine("C", (), no_utf8 | {"LC_ALL": "C"})
    source, library = folder / "refusing.c", folder / "refusing.so"
    source.write_text(_REFUSING, "utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-w", "-o", library, source], check=True)
    yield Machine("no chmod, link and fsync", (), {"LD_PRELOAD": str(library)})
    if os.geteuid() == 0:
        # Python may lie where only root reads, so that is allowed; writing is not.
        may_read = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
        who = ("--reuid", str(_NOBODY), "--regid", str(_NOBODY), "--clear-groups")
        folder.chmod(0o755)
        weights = Path("~/.keras/models").expanduser()
        found = [path for path in weights.glob("vgg16*") if path.suffix in (".h5", ".npz")]
        variables = {"NST_WEIGHTS": str(found[0])} if found else {}
        without = ("env", "-u", "HOME", "-u", "XDG_CACHE_HOME", "-u", "XDG_DATA_HOME")
        yield Machine("no home and no user", ("setpriv", *who, *may_read, *without), variables)


def _whole_way(machine: Machine, place: Path) -> Iterator[Row]:
    """Repaint, repeat, submit, and serve the page, whose engine computes what was submitted."""
    photo = os.fsencode(place / os.fsdecode(_PHOTO))
    _photo(place).rename(os.fsdecode(photo))
    chosen = (photo, "--preset", "stained_glass", *_SMALL)
    out, runs = place / "out", str(place / "runs")
    yield _row(machine, "presets", machine.run("presets"), b"stained_glass")
    yield _row(machine, "stylize", machine.run("stylize", *chosen, "--output", out), b"are done")
    again = machine.run("stylize", "--config", out / "run.yaml", "--output", place / "again")
    yield _row(machine, "stylize --config", again, b"are done")
    both = [_text(place / name / "losses.csv") for name in ("out", "again")]
    yield machine.name, "the same losses", bool(both[0]) and both[0] == both[1], ""
    yield _row(machine, "submit", machine.run("submit", *chosen, NST_RUNS=runs))
    yield _row(machine, "runs", machine.run("runs", NST_RUNS=runs), b"stained_glass")
    missing = machine.run("stylize", photo + b".gif", "--preset", "stained_glass", "--output", out)
    yield _row(machine, "a missing photo", missing, b"cannot be read", code=2)
    if "HOME" in machine.prefix:
        yield _row(machine, "runs, nowhere to be", machine.run("runs"), b"NST_RUNS", code=2)
        yield _row(machine, "page, nowhere to be", machine.run("dashboard"), b"NST_RUNS", code=2)
    yield _page(machine, runs)


def _text(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _photo(folder: Path) -> Path:
    path = folder / "chelsea.png"
    Image.fromarray(skimage.data.chelsea()).save(path)
    return path


def _row(
    machine: Machine, what: str, done: subprocess.CompletedProcess[bytes],
    word: bytes = b"", code: int = 0,
) -> Row:  # fmt: skip
    said = done.stdout + done.stderr
    is_good = done.returncode == code and word in said and b"Traceback" not in said
    last = (said.decode(errors="replace").strip().splitlines() or [""])[-1]
    return machine.name, what, is_good, f"{done.returncode} {'' if is_good else last[:120]}"


def _page(machine: Machine, runs: str) -> Row:
    port = free_port()
    options = ("--server.headless", "true", "--server.port", port)
    page = machine.start("dashboard", *options, NST_RUNS=runs)
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/health", 180)
        wait_for_answer(f"http://127.0.0.1:{port}/", 60)

        def is_finished() -> bool:
            listed = json.loads(machine.run("runs", "--json", NST_RUNS=runs).stdout)
            return bool(listed[0]["state"] == "finished")

        wait_for(is_finished, "a run of the page's engine", 120)
        is_good, said = True, ""
    except (TimeoutError, ValueError) as error:
        is_good, said = False, str(error)
    finally:
        page.terminate()
        _, errors = page.communicate(timeout=60)
    said = said or errors.decode(errors="replace")[-200:] if not is_good else ""
    return machine.name, "page served, its engine computes", is_good, said


def _little_memory(folder: Path) -> Iterator[Row]:
    photo = _photo(folder)
    chosen = ("stylize", photo, "--preset", "stained_glass", *_SMALL, "--output", folder / "out")
    for limit, kilobytes, code, word in (
        ("-v", 1_000_000, 2, b"GB of memory"),
        ("-v", 1_800_000, 2, b"GB of memory"),
        ("-v", 4_000_000, 0, b"are done"),
        ("-d", 700_000, 2, b"GB of memory"),
    ):
        shell = f'ulimit {limit} {kilobytes} && exec "$@"'
        machine = Machine(f"ulimit {limit} {kilobytes}", ("bash", "-c", shell, "bash"))
        yield _row(machine, "stylize", machine.run(*chosen), word, code)
    with _group() as group:
        if group is not None:
            shell = f'echo $$ > {group}/cgroup.procs && exec "$@"'
            machine = Machine("group of 500 MB", ("bash", "-c", shell, "bash"))
            yield _row(machine, "stylize", machine.run(*chosen), b"GB of memory", 2)


@contextlib.contextmanager
def _group() -> Iterator[Path | None]:
    """A control group in one of 500 MB in this process's own; None where that may not be."""
    lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text("utf-8").split()]
    where = next((path for _, kinds, path in lines if "memory" in kinds.split(",")), None)
    outer = Path(f"/sys/fs/cgroup/memory/{where}/nst-machines")
    try:
        if where is None:
            raise OSError
        (outer / "inner").mkdir(parents=True)
        (outer / "memory.limit_in_bytes").write_text(str(500 * 10**6), "utf-8")
    except OSError:
        yield None
        return
    try:
        yield outer / "inner"
    finally:
        (outer / "inner").rmdir()
        outer.rmdir()


def _ctrl_c(folder: Path) -> Iterator[Row]:
    """A Ctrl-C at many moments, sent to all programs of a terminal as it does."""
    photo = _photo(folder)
    long = ("--preset", "stained_glass", "--set=size=64", "--set=scales=1", "--set=evaluations=1",
            "--set=iterations=1000")  # fmt: skip
    port = ("--server.headless", "true", "--server.port", free_port())
    for name, arguments, delays in (
        ("stylize", ("stylize", photo, *long, "--output", folder / "out"), _steps(0.05, 3.0, 60)),
        ("presets", ("presets",), _steps(0.05, 0.5, 10)),
        ("engine", ("engine",), _steps(0.1, 8.0, 12)),
        ("dashboard", ("dashboard", *port), _steps(0.1, 12.0, 12)),
    ):
        machine = Machine("Ctrl-C", (), {"NST_RUNS": str(folder / "runs")})
        counts: dict[str, int] = {}
        for delay in delays:
            process = machine.start(*arguments)
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGINT)
            _, errors = process.communicate(timeout=60)
            text = errors.decode(errors="replace")
            last = "a traceback" if "Traceback" in text else (text.splitlines() or ["nothing"])[-1]
            key = f"{process.returncode} {last}"
            counts[key] = counts.get(key, 0) + 1
        # Python answers before our first line runs; the engine's own end is a Ctrl-C.
        early = {key for key in counts if "traceback" in key and key[0] in "1-"}
        ends = {"130 Stopped.", "130 Stopping after this evaluation; once more to stop at once."}
        good = ends | early | ({"0 nothing"} if name in ("engine", "presets") else set())
        yield (
            "Ctrl-C",
            name,
            counts.keys() <= good and sum(counts[k] for k in early) < 3,
            str(counts),
        )


def _steps(first: float, last: float, count: int) -> list[float]:
    return [first + (last - first) * step / (count - 1) for step in range(count)]


if __name__ == "__main__":
    sys.exit(main())
