"""The dashboard as `make run` serves it, and a browser for it: for tests and measurements."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from testing import ROOT

CHROMIUM = shutil.which("chromium")
_SECONDS = 60
_LAST_BYTES = 4000


@contextlib.contextmanager
def served(
    runs: str | Path,
    variables: Mapping[str, str] | None = None,
    *,
    log: Path | None = None,
    folder: str = "",
) -> Iterator[str]:
    """Serve the page on loopback. Yields: its address.

    runs: `NST_RUNS`. variables: what else the environment says. log: takes what the server says;
    else that is shown if anything goes wrong. folder: of the site that the page lies in.

    Raises:
        TimeoutError: it does not answer.
    """
    port = free_port()
    with log.open("wb") if log else tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
             "--server.headless", "true", "--server.baseUrlPath", folder],
            cwd=ROOT, stdout=said, stderr=said,
            env=os.environ | {"NST_RUNS": str(runs)} | dict(variables or {}),
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}/{folder}".rstrip("/")
        try:
            wait_for_answer(f"{url}/_stcore/health")
            yield url
        except BaseException:
            if log is None:
                said.seek(0)
                print(last_words(said.read()), file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait(timeout=60)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def last_words(said: bytes) -> str:
    """The end of what a server said."""
    return said[-_LAST_BYTES:].decode(errors="replace")


def wait_for_answer(url: str, seconds: float = _SECONDS) -> None:
    """Wait until an address gives 200. Raises: TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer.")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, headless; it must be installed (`CHROMIUM` is None where it is not)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()
