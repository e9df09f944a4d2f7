"""Pictures and an object store that the tests share."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage

from nst_core.machine import prices
from nst_core.pictures.guarded.process import COMMAND
from nst_core.pictures.pixels import Pixels


@pytest.fixture(scope="session", autouse=True)
def _calibrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """This machine counts as measured, so that no engine or run begins with that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for precision, price in prices.USUAL.items():
            prices.remember_price(precision, price)
        for side in (2**power for power in range(4, 14)):
            seconds = {name: price.seconds(side**2) for name, price in prices.USUAL.items()}
            prices.remember_trial(side**2, seconds)
        yield


@pytest.fixture(autouse=True)
def _processes_are_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that starts a program says so by a mark, so that `make quick` leaves it out."""
    if request.node.get_closest_marker("processes") or request.node.get_closest_marker("browser"):
        return

    really = subprocess.Popen.__init__

    def start(self: object, args: object, *rest: object, **options: object) -> None:
        program = args[0] if isinstance(args, (list, tuple)) else args
        # Libraries ask small programs of the system about the machine; those may run, and so may
        # the decoder, which starts once for all tests, in a tenth of a second.
        is_decoder = isinstance(args, list) and tuple(args[: len(COMMAND)]) == COMMAND
        if Path(str(program)).name.startswith(("python", "pip", "make")) and not is_decoder:
            raise AssertionError("mark this test: @pytest.mark.processes")
        really(self, args, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", start)


@pytest.fixture(scope="session")
def photo() -> Pixels:
    """A portrait, uint8 (512, 512, 3)."""
    return np.ascontiguousarray(skimage.data.astronaut())


@pytest.fixture(scope="session")
def painting() -> Pixels:
    """A picture with strong texture, uint8 (400, 600, 3)."""
    return np.ascontiguousarray(skimage.data.coffee())


@pytest.fixture(scope="session")
def s3() -> Iterator[None]:
    """An S3 on loopback, where fsspec finds it, with the bucket "runs"."""
    # Both take a while to load, and few tests need them.
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem(skip_instance_cache=True).mkdir("runs")
        yield
        server.stop()
