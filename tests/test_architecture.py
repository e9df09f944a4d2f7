"""The arrows of docs/ARCHITECTURE.md: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / "app.py", *(p for d in ("dashboard", "nst_core") for p in (ROOT / d).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    names = imported(path)
    packages = {name.split(".")[0] for name in names}
    core = path.is_relative_to(ROOT / "nst_core")
    if core:
        assert not packages & {"streamlit", "dashboard", "app"}
        assert path.parent.name == "dask" or not packages & {"distributed", "dask"}
    else:
        assert not packages & {"keras", "tensorflow"}
    above = {"cli", "runs"} & set(path.parts)
    if core and not above and path.name != "__main__.py":
        assert not any(name.startswith("nst_core.runs") for name in names)


def test_only_one_file_knows_a_backend_s_gradient() -> None:
    users = [p.name for p in FILES if "GradientTape" in p.read_text()]
    assert users == ["gradient.py"]
