"""The parts of the frozen build that can be checked without freezing: desktop entry, weights, verdict on the self-test."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    monkeypatch.delitem(sys.modules, "build", raising=False)
    return importlib.import_module("build")


def test_desktop_entry_starts_this_build(build: ModuleType) -> None:
    template = build.TEMPLATE.read_text(encoding="utf-8")
    entry = build.desktop_entry(template, Path("/apps/my flux/flux-gui"), Path("/apps/my flux/app.svg"))
    lines = entry.splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert 'Exec="/apps/my flux/flux-gui" %f' in lines
    assert "Icon=/apps/my flux/app.svg" in lines
    assert len(lines) == len(template.splitlines())


@pytest.mark.parametrize(
    ("path", "expected"), [("/a b/c", '"/a b/c"'), ("/50%/c", '"/50%%/c"'), ("/$HOME/c", '"/\\\\$HOME/c"'), ('/a"b', '"/a\\\\"b"')]
)
def test_exec_quoting(build: ModuleType, path: str, expected: str) -> None:
    assert build.quoted(Path(path)) == expected


def test_weigh(build: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.bin").write_bytes(b"12345")
    (tmp_path / "y.bin").write_bytes(b"123")
    assert build.weigh(tmp_path) == (8, 2)


@pytest.mark.parametrize(
    ("status", "output", "verdict"),
    [(0, "PySide6 6.11\nok\n", True), (1, "ok\n", False), (0, "ok\nfailed: export\n", False), (0, "", False), (0, "not ok\n", False)],
)
def test_verdict(build: ModuleType, status: int, output: str, verdict: bool) -> None:
    assert build.passed(status, output) is verdict


def test_the_self_test_sees_nothing_of_this_machine(build: ModuleType) -> None:
    here = {
        "PATH": "p",
        "DISPLAY": ":0",
        "WAYLAND_DISPLAY": "w",
        "PYTHONPATH": "x",
        "XDG_CONFIG_HOME": "c",
        "QT_SCALE_FACTOR": "2",
        "HOME": "h",
    }
    assert build.self_test_environment(here, "fresh") == {"PATH": "p", "HOME": "fresh", "QT_QPA_PLATFORM": "offscreen"}


def test_missing_tools_are_named(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.shutil, "which", lambda _name: None)
    with pytest.raises(build.SetupError, match="sudo apt-get install binutils"):
        build.check_tools("linux")
    build.check_tools("darwin")


def test_the_spec_is_valid_python_and_bundles_the_resources(build: ModuleType) -> None:
    source = build.SPEC.read_text(encoding="utf-8")
    compile(source, str(build.SPEC), "exec")
    for part in ("icons", "samples", "docs"):
        assert f'"{part}"' in source
        assert (ROOT / "resources" / part).is_dir()


def test_the_spec_bundles_what_every_format_needs(build: ModuleType) -> None:
    """PyInstaller cannot see what is imported only when a file needs it; "About" lists what the spec brings the metadata of."""
    from flux_gui.gui.dialogs.about import PARTS

    source = build.SPEC.read_text(encoding="utf-8")
    for name in ("pyarrow.csv", "pyarrow.json", "pyarrow.parquet", "python_calamine", *PARTS):
        assert f'"{name}"' in source or f'"{name.replace("-", "_")}"' in source, name
