"""The front door: what opens a window, what works in the terminal, and one sentence where a window is impossible."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flux_gui import __main__ as front
from flux_gui import __version__

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-m", "flux_gui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**kept, **environment}, timeout=100, check=False)


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(["--help"]) == 0
    assert "train" in capsys.readouterr().out
    assert front.main(["--version"]) == 0
    assert capsys.readouterr().out == f"flux-gui {__version__}\n"


@pytest.mark.parametrize("arguments", [["--nonsense"], ["a.flux", "b.flux"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(arguments) == 2
    assert capsys.readouterr().err.startswith("flux-gui: error: ")


def test_commands_go_to_the_terminal_front_end_without_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from flux_gui.__main__ import main; status = main(sys.argv[1:]); assert 'PySide6' not in sys.modules; sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "info", str(tmp_path / "missing.flux")], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("flux-gui: error: ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_one_sentence() -> None:
    done = run()
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("flux-gui: error: There is no display")
    assert "train" in second


def test_obstacles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front.importlib.metadata, "version", lambda _name: "6.12.0")
    assert "6.12.0 crashes on Python 3.11" in front._obstacle({"DISPLAY": ":0"}, "linux", (3, 11))[0]
    assert front._obstacle({"DISPLAY": ":0"}, "linux", (3, 12)) is None
    assert front._obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux", (3, 13)) is None
    assert "no display" in front._obstacle({}, "linux", (3, 13))[0]
    assert front._obstacle({}, "win32", (3, 13)) is None


def test_missing_libraries_are_explained() -> None:
    message, hint = front._missing_library(ImportError("libEGL.so.1: cannot open shared object file"))
    assert "libEGL.so.1" in message
    assert "apt-get install" in hint
    message, hint = front._missing_library(ModuleNotFoundError("No module named 'PySide6'", name="PySide6"))
    assert "PySide6" in message


@pytest.mark.parametrize("arguments", [["trian", "line.flux"], ["trian"]])
def test_unknown_commands_name_the_nearest(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(arguments) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "flux-gui: error: There is no command or file 'trian'."
    assert second == "  Did you mean 'flux-gui train'?"
    assert front.main(["zzz"]) == 2
    assert "Commands: new, train" in capsys.readouterr().err
