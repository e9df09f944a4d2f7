"""The command line as a person runs it: a process of its own."""

import os
import subprocess
import sys


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "nst_core", *map(str, arguments)]


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        env=os.environ | environment,
    )
