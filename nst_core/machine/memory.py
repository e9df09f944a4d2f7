"""How much memory a computation may have here; a container's limit counts."""

import contextlib
from pathlib import Path

import psutil

CONTROL_GROUP = Path("/sys/fs/cgroup")


def free_memory(group: Path = CONTROL_GROUP) -> float:
    """Bytes that this process and those it started may have, with what they hold already.

    group: the folder of this process's control group.

    Example:
        >>> free_memory() >= own_memory()
        True
    """
    own = own_memory()
    free: float = psutil.virtual_memory().available
    with contextlib.suppress(OSError, ValueError, KeyError):  # "max", or no such files
        free = min(free, _left_in_group(group))
    return free + own


def own_memory() -> float:
    """Bytes that this process and those it started hold in memory.

    Example:
        >>> own_memory() > 1e6
        True
    """
    me = psutil.Process()
    return sum(_resident(process) for process in (me, *me.children(recursive=True)))


def _left_in_group(group: Path) -> float:
    """Bytes up to the limit of a control group, of either version of them.

    Raises:
        OSError, ValueError, KeyError: there is no limit, or no such group.
    """
    names, prefix = ("memory.max", "memory.current"), ""
    if not (group / names[0]).exists():
        group, prefix = group / "memory", "total_"
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
    limit, used = (float((group / name).read_text()) for name in names)
    parts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    # Files that the system keeps at hand give way to whoever needs the memory.
    return (
        limit - used + sum(float(parts[f"{prefix}{kind}_file"]) for kind in ("active", "inactive"))
    )


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0.0
