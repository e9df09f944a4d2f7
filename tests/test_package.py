"""The package: what its wheel holds, and that it works installed, without the checkout."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from nst_core.pictures.pixels import Pixels

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TINY = ["--set", "size=64", "--set", "iterations=2", "--set", "evaluations=2"]
WITHOUT_GPU_CODE = [
    'tensorflow-cpu{}; sys_platform == "linux" and platform_machine == "x86_64"',
    'tensorflow{}; sys_platform != "linux" or platform_machine != "x86_64"',
]


def requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_host_s_list_is_the_project_s_but_for_a_smaller_tensorflow() -> None:
    expected = []
    for line in PROJECT["dependencies"]:
        version = line.removeprefix("tensorflow")
        expected += [line] if version == line else [one.format(version) for one in WITHOUT_GPU_CODE]
    assert requirements("requirements.txt") == expected


def test_the_tools_of_the_list_are_those_of_the_extra() -> None:
    extras = PROJECT["optional-dependencies"]
    assert requirements("requirements-dev.txt") == ["-r requirements.txt", *extras["dev"]]
    assert set(extras["s3"]) < set(extras["dev"])


def test_the_gpu_s_list_adds_to_the_tensorflow_that_is_there() -> None:
    # A second distribution of TensorFlow would overwrite the first one's files.
    (tensorflow,) = [line for line in PROJECT["dependencies"] if line.startswith("tensorflow")]
    version = tensorflow.removeprefix("tensorflow")
    assert PROJECT["optional-dependencies"]["gpu"] == [f"tensorflow[and-cuda]{version}"]
    assert requirements("requirements-gpu.txt") == ["--editable .[gpu]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip(sys.executable, "wheel", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has what the project needs, and not the project."""
    return _environment(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def nst(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `nst` of an environment in which the wheel is installed."""
    python = _environment(tmp_path_factory.mktemp("installed"))
    _pip(python, "install", wheel)
    return python.with_name("nst")


def _environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (there,) = folder.glob("lib/python*/site-packages")
    # The packages of this environment, so that nothing is fetched. Python does not follow the .pth
    # files among them, so that a checkout that is installed here is not installed there.
    (there / "packages.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def _pip(python: str | Path, command: str, *arguments: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, command, "--quiet", "--no-deps",
         "--no-index", "--disable-pip-version-check", *map(str, arguments)],
        check=True,
        timeout=120,
    )  # fmt: skip


def _outside() -> dict[str, str]:
    """The environment's variables without those that lead to the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _run(folder: Path, *command: object) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=_outside(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _files(*folders: Path) -> set[Path]:
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if path.suffix != ".pyc"}


def test_the_wheel_holds_the_core_the_page_and_the_presets_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    presets = ROOT / "presets"
    paintings = {
        presets / re.search(r"^painting: (.+)$", path.read_text(), re.MULTILINE).group(1)  # type: ignore[union-attr]
        for path in presets.glob("*.yaml")
        if path.stem != "classic"  # it comes without a painting
    }
    assert len(paintings) == 18
    beside = {
        ROOT / "app.py",
        ROOT / ".streamlit" / "config.toml",
        presets / "schema.json",
        *_files(ROOT / "dashboard", presets / "previews"),
        *presets.glob("*.yaml"),
        *paintings,
    }
    core = {str(path.relative_to(ROOT)) for path in _files(ROOT / "nst_core")}
    assert names == core | {f"nst_core/beside/{path.relative_to(ROOT)}" for path in beside}


def test_the_installed_package_needs_nothing_of_the_checkout(nst: Path, tmp_path: Path) -> None:
    python = nst.with_name("python")
    shown = _run(tmp_path, python, "-c", "import nst_core; print(nst_core.__file__)")
    assert Path(shown.strip()).is_relative_to(nst.parents[1])
    paths = _run(tmp_path, python, "-c", "import sys; print(*sys.path, sep='\\n')").splitlines()
    assert str(ROOT) not in paths
    version = "from importlib import metadata; print(metadata.version('repaint-a-photo'))"
    assert _run(tmp_path, python, "-c", version).strip() == PROJECT["version"]


def test_the_installed_command_lists_the_presets(nst: Path, tmp_path: Path) -> None:
    listed = _run(tmp_path, nst, "presets")
    assert all(path.stem in listed for path in (ROOT / "presets").glob("*.yaml"))
    assert _run(tmp_path, nst.with_name("python"), "-m", "nst_core", "presets") == listed


def test_the_installed_command_says_its_own_name(nst: Path, tmp_path: Path) -> None:
    assert _run(tmp_path, nst, "--help").startswith("usage: nst [-h] COMMAND")
    assert _run(tmp_path, nst, "dashboard", "--help").startswith("usage: nst dashboard [--STREAM")


def test_the_installed_command_repaints_a_photo(nst: Path, tmp_path: Path, photo: Pixels) -> None:
    Image.fromarray(photo[:128, :160]).save(tmp_path / "photo.jpg")
    _run(tmp_path, nst, "stylize", "photo.jpg", "--preset", "stained_glass", *TINY, "--output", "o")
    with Image.open(tmp_path / "o" / "result.png") as result:
        assert result.size == (64, 51)
    assert str(ROOT) not in (tmp_path / "o" / "run.yaml").read_text()


@pytest.fixture(params=["the command from elsewhere", "the checkout without installation"])
def server(
    request: pytest.FixtureRequest, bare: Path, nst: Path, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The page's server and its port, started in each way that a host has."""
    if request.param == "the command from elsewhere":
        command, folder = [str(nst), "dashboard"], tmp_path
    else:
        command, folder = [str(bare), "-m", "streamlit", "run", "app.py"], ROOT
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--server.port", str(port), "--server.headless", "true"],
        cwd=folder,
        env=_outside() | {"NST_RUNS": str(tmp_path / "runs")},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(60)


def test_the_page_and_its_engine_are_served_on_loopback(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server
    deadline = time.monotonic() + 180
    while not _is_well(port):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    sockets = psutil.Process(process.pid).net_connections("tcp")
    listening = {each.laddr for each in sockets if each.status == psutil.CONN_LISTEN}
    assert listening == {("127.0.0.1", port)}  # from .streamlit/config.toml


def _is_well(port: int) -> bool:
    """Whether the server answers that its engine lives and has a worker."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
