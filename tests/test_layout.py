"""Checks on the tree itself: what lies where, how long things are, and that every module is described and tested."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "flux_gui", "resources", "tests", "packaging"}
IGNORED = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if "*" not in line}
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".svg", ".json", ".csv", ".spec", ".desktop", ".txt", ".cfg", ""}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|tmp|opt|Users)/\w|\b[A-Z]:\\+Users\b")
LONGEST_MODULE, LONGEST_FUNCTION, USUAL_FUNCTION = 400, 60, 40


def files(folder: Path) -> Iterator[Path]:
    """Yield every file below `folder` that belongs to the project."""
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED or path.name == ".git" or path.name.startswith(".venv"):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in files(ROOT / folder) if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield name and number of lines of every function in the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_nothing_else_lies_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - IGNORED
    assert found <= TOP_LEVEL, f"does not belong at the top: {sorted(found - TOP_LEVEL)}"
    assert found >= TOP_LEVEL, f"missing at the top: {sorted(TOP_LEVEL - found)}"


def test_modules_say_what_they_are() -> None:
    silent = [
        name_of(path) for path in modules("flux_gui", "packaging") if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, f"without a docstring: {', '.join(silent)}"


def test_modules_have_a_test_file_of_their_name() -> None:
    missing = []
    for path in modules("flux_gui"):
        folder = ROOT / "tests" / path.relative_to(ROOT / "flux_gui").parent
        expected = folder / f"test_{path.stem.strip('_')}.py"
        if path.name != "__init__.py" and not expected.is_file():
            missing.append(f"{name_of(path)} needs {name_of(expected)}")
    assert not missing, "\n".join(missing)


def test_lengths() -> None:
    long = []
    for path in modules("flux_gui", "packaging", "tests"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_MODULE:
            long.append(f"{name_of(path)}: {lines} lines, at most {LONGEST_MODULE}")
        long += [
            f"{name_of(path)}, {name}: {size} lines, at most {LONGEST_FUNCTION}"
            for name, size in functions(path)
            if size > LONGEST_FUNCTION
        ]
    assert not long, "\n".join(long)


def test_functions_are_usually_short() -> None:
    lengths = sorted(length for path in modules("flux_gui") for _, length in functions(path))
    assert lengths[int(0.95 * len(lengths))] <= USUAL_FUNCTION


def test_no_path_of_a_machine_is_written_down() -> None:
    found = []
    for path in files(ROOT):
        if path.suffix in TEXT:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE_PATH.search(line):
                    found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)
