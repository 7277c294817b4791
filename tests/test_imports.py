"""Who may import whom: everything but the window runs without Qt, only the backend knows CuPy, and imports only go down."""

import ast
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "flux_gui"
WINDOW = ("gui", "app.py", "self_test.py")  # all that may need Qt

BLOCKED_IMPORTS = """
import importlib, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "cupy"}:
            raise ImportError(f"{name} is blocked in this test")

sys.meta_path.insert(0, Blocked())
for name in sys.argv[1:]:
    importlib.import_module(name)
print(len(sys.argv) - 1)
"""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def without_window() -> list[str]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [module_name(path) for path in paths if path.relative_to(PACKAGE).parts[0] not in WINDOW]


def imports(path: Path) -> set[str]:
    """Return every module named in an import statement of the file, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_everything_but_the_window_imports_without_qt_and_cupy() -> None:
    names = without_window()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKED_IMPORTS, *names], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(names) > 20


def test_only_the_backend_knows_cupy() -> None:
    knowing = [module_name(path) for path in PACKAGE.rglob("*.py") if any(name.split(".")[0] == "cupy" for name in imports(path))]
    assert set(knowing) <= {"flux_gui.engine.backend"}


def test_only_the_window_names_qt() -> None:
    below = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in WINDOW]
    naming = [module_name(path) for path in below if any(name.split(".")[0] in {"PySide6", "pyqtgraph"} for name in imports(path))]
    assert not naming


def test_import_contracts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from importlinter.cli import lint_imports

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(logging.getLogger("flux_gui"), "disabled", False)  # the linter sets up logging for itself and switches others off
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out
