"""The house of docs/ARCHITECTURE.md: which rooms there are, and who may import whom."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "app",
    "dashboard",
    "nst_core.__main__",
    "nst_core.cli",
    "nst_core.runs.dask",
    "nst_core.runs.export",
    "nst_core.runs.engine",
    "nst_core.runs.store",
    "nst_core",
    "nst_core.stylize",
    "nst_core.calibrate",
    "nst_core.scoring",
    "nst_core.beginning",
    "nst_core.reporter",
    "nst_core.objective",
    "nst_core.machine",
    "nst_core.optimise",
    "nst_core.events",
    "nst_core.plan",
    "nst_core.presets",
    "nst_core.settings",
    "nst_core.vgg16",
    "nst_core.pictures",
    "nst_core.files",
    "nst_core.environment",
    "nst_core.quiet",
    "nst_core.interrupts",
    "nst_core.errors",
)
"""From top to bottom; a room imports from itself and from rooms below it."""


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_of(path): path
    for path in (
        ROOT / "app.py",
        *(ROOT / "dashboard").rglob("*.py"),
        *(ROOT / "nst_core").rglob("*.py"),
    )
}


def room_of(module: str) -> str:
    """The innermost room that a module lies in."""
    rooms = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len)


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever in the file, lazy ones included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} must name modules in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if inner in FILES else node.module)
    return names


ARROWS = {module: imported(path) & FILES.keys() for module, path in FILES.items()}


@pytest.mark.parametrize("module", FILES)
def test_every_module_has_a_room_and_imports_only_from_rooms_below(module: str) -> None:
    floor = ROOMS.index(room_of(module))
    # A package that only holds rooms is none itself.
    up = {name: room_of(name) for name in ARROWS[module] if ROOMS.index(room_of(name)) < floor}
    assert up == {}


def test_the_rooms_are_all_there() -> None:
    rooms = {room_of(module) for module in FILES}
    assert rooms == set(ROOMS)


def circles() -> Iterator[list[str]]:
    """Every circle of imports, once for each module on it."""
    for start in ARROWS:
        ways = [[start]]
        seen: set[str] = set()
        while ways:
            way = ways.pop()
            for name in ARROWS[way[-1]]:
                if name == start:
                    yield [*way, name]
                elif name not in seen:
                    seen.add(name)
                    ways.append([*way, name])


def test_no_import_goes_in_a_circle() -> None:
    assert list(circles()) == []


@pytest.mark.parametrize("module", FILES)
def test_the_page_loads_no_keras_and_the_core_no_page(module: str) -> None:
    packages = {name.split(".")[0] for name in imported(FILES[module])}
    if module.startswith("nst_core"):
        assert not packages & {"streamlit", "dashboard", "app"}
        assert module.startswith("nst_core.runs.dask") or not packages & {"distributed", "dask"}
    else:
        assert not packages & {"keras", "tensorflow"}


def opened_as_text(path: Path) -> Iterator[str]:
    """The lines of a file that read or write text in whatever encoding the user's locale has."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        words = {word.arg: ast.unparse(word.value) for word in node.keywords}
        # `read_text("utf-8")` and `write_text(text, "utf-8")` name theirs by position.
        named = "encoding" in words or len(node.args) > (name == "write_text")
        mode = words.get("mode", "".join(ast.unparse(each) for each in node.args[:2]))
        is_open = name == "fdopen" or ast.unparse(node.func) == "open"
        first = getattr(node.args[0], "value", "") if node.args else ""
        is_open |= name == "open" and first in ("r", "w", "a", "x", "r+", "w+", "a+")
        if (
            (name in ("read_text", "write_text") and not named)
            or (is_open and "encoding" not in words and "b" not in mode)
            or words.get("text") == "True"
            or words.get("universal_newlines") == "True"
        ):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def test_no_text_depends_on_the_user_s_locale() -> None:
    folders = ("nst_core", "dashboard", "art", "bench", "testing")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert [line for path in paths for line in opened_as_text(path)] == []
    assert len(paths) > 100


def test_only_one_file_knows_a_backend_s_gradient() -> None:
    users = [module for module, path in FILES.items() if "GradientTape" in path.read_text()]
    assert users == ["nst_core.objective.gradient"]


def test_the_table_of_files_is_complete() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
    named = set()
    for cell in re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE):
        folder = ""
        for name in re.findall(r"`([^`]+)`", cell):
            path = name if "/" in name or name == "app.py" else f"{folder}/{name}"
            folder = path.rpartition("/")[0]
            named.add(path)
    files = {str(path.relative_to(ROOT)) for path in FILES.values() if path.name != "__init__.py"}
    assert {name for name in named if name.endswith(".py")} == files
