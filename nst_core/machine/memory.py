"""How much memory a computation may have here; limits of containers and of the process count."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")

_MAPPED, _MAPPED_EACH_CORE = 1.15e9, 0.075e9
"""Bytes of addresses that a run takes and never fills: libraries, and its threads' stacks."""
_UNFILLED, _UNFILLED_EACH_CORE = 0.1e9, 0.012e9
"""Bytes of these that may be written to."""
_V1, _V2 = ("memory.limit_in_bytes",), ("memory.max", "memory.high")


def free_memory(groups: Path = CONTROL_GROUPS, membership: Path = MEMBERSHIP) -> float:
    """Bytes that this process and those it started may have, with what they hold already.

    Args:
        groups: the folder of all control groups, or this process's own.
        membership: the file that says which groups this process is in.

    Example:
        >>> free_memory() >= 0
        True
    """
    own = own_memory()
    free = float(psutil.virtual_memory().available)
    left = [_left_in_group(group) for group in memory_groups(groups, membership)]
    return max(0.0, min(min([free, *left]) + own, _address_space()))


def own_memory() -> float:
    """Bytes that this process and those it started hold in memory.

    Example:
        >>> own_memory() > 1e6
        True
    """
    me = psutil.Process()
    return sum(_resident(process) for process in (me, *me.children(recursive=True)))


def memory_groups(groups: Path, membership: Path) -> list[Path]:
    """The folders of the control groups that limit this process's memory, the innermost first.

    A process is in one group of each version, and every group that this lies in limits it, too.

    Args:
        groups, membership: as `free_memory` has them.

    Example:
        >>> memory_groups(CONTROL_GROUPS, MEMBERSHIP)[-1]
        PosixPath('/sys/fs/cgroup')
    """
    try:
        lines = membership.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        lines = []
    found: list[Path] = []
    for line in [*lines, "0::/", "0:memory:/"]:
        _, controllers, group = [*line.split(":", 2), "", ""][:3]
        if not controllers:
            roots = [groups, groups / "unified"]
        elif "memory" in controllers.split(","):
            roots = [groups / "memory"]
        else:
            continue
        for root in roots:
            found += [folder for folder in _up_from(root, group) if folder not in found]
    return [folder for folder in found if any((folder / name).exists() for name in _V1 + _V2)]


def _up_from(root: Path, group: str) -> Iterator[Path]:
    """The folder of a group below `root`, and those that it lies in, up to `root`."""
    # Of a group outside this namespace only "..", and of a container's only the end can be seen.
    parts = [part for part in group.split("/") if part not in ("", "..")]
    while parts and not root.joinpath(*parts).is_dir():
        parts.pop(0)
    for depth in range(len(parts), -1, -1):
        yield root.joinpath(*parts[:depth])


def _left_in_group(group: Path) -> float:
    """Bytes up to the limit of a control group, of either version; infinite where it has none."""
    is_new = any((group / name).exists() for name in _V2)
    limits = [_number(group / name) for name in (_V2 if is_new else _V1)]
    used = _number(group / ("memory.current" if is_new else "memory.usage_in_bytes"))
    limit = min(limits)
    if limit == float("inf") or used == float("inf"):
        return float("inf")
    prefix = "" if is_new else "total_"
    # Files that the system keeps at hand give way to whoever needs the memory.
    kept = {f"{prefix}active_file", f"{prefix}inactive_file"}
    with contextlib.suppress(OSError, ValueError):
        lines = (group / "memory.stat").read_text("utf-8").splitlines()
        used -= sum(float(line.split()[1]) for line in lines if line.split()[0] in kept)
    return limit - used


def _number(file: Path) -> float:
    """The number in a file; infinite where there is none, or no such file."""
    try:
        return float(file.read_text("utf-8"))
    except (OSError, ValueError):  # "max"
        return float("inf")


def _address_space() -> float:
    """Bytes that a run may fill of what `ulimit -v` and `ulimit -d` let it have of addresses.

    These hold for each process by itself, and count what is mapped as well as what is filled.
    """
    try:
        import resource
    except ImportError:  # Windows
        return float("inf")
    # Each core that this process may use has a thread in each of the libraries' pools.
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    unfilled = {
        resource.RLIMIT_AS: _MAPPED + _MAPPED_EACH_CORE * cores,
        resource.RLIMIT_DATA: _UNFILLED + _UNFILLED_EACH_CORE * cores,
    }
    limits = {kind: resource.getrlimit(kind)[0] for kind in unfilled}
    return min(
        float("inf") if limit == resource.RLIM_INFINITY else limit - unfilled[kind]
        for kind, limit in limits.items()
    )


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0.0
