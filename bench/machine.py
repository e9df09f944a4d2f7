"""The machine that figures depend on, and the memory that this process has taken of it."""

import contextlib
import os
import platform
import resource
from importlib import metadata
from pathlib import Path


def machine() -> str:
    """The processor and what computes on it."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        model = next(line for line in lines if line.startswith("model name")).split(":")[1].strip()
        packages = metadata.distributions(name="tensorflow-cpu")
        version = next((package.version for package in packages), "another")
        return f"{model}, {os.cpu_count()} cores, TensorFlow {version}"
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def peak_memory() -> float:
    """Bytes that this process has held at most."""
    with contextlib.suppress(OSError, StopIteration):
        # Not `ru_maxrss`: on Linux it begins with the peak of the process that started this one.
        lines = Path("/proc/self/status").read_text("utf-8", "replace").splitlines()
        return 1024.0 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
