"""The dashboard as `make run` serves it, and a browser for it: for tests and measurements."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium")
_SECONDS = 60


@contextlib.contextmanager
def served(runs: str | Path, variables: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the page on loopback. Yields: its address.

    runs: `NST_RUNS`. variables: what else the environment says.

    Raises:
        TimeoutError: it does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
         "--server.headless", "true"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"NST_RUNS": str(runs)} | dict(variables or {}),
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for_answer(f"{url}/_stcore/health")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=60)


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
