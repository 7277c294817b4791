"""The entry: commands, help, and what becomes of every kind of error."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from flux_gui import __version__, cli
from flux_gui.cli import commands
from flux_gui.core.errors import DeviceError, DivergedError
from terminal import ok, refused, run


def test_commands_are_those_promised() -> None:
    assert cli.COMMANDS == ("new", "train", "predict", "evaluate", "export", "info", "bench")


def test_help_and_version() -> None:
    assert ok("--version") == f"flux-gui {__version__}\n"
    assert all(command in ok("--help") for command in cli.COMMANDS)
    for command in cli.COMMANDS:
        assert "usage: flux-gui" in ok(command, "--help")


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["train"], ["export", "a.flux"], ["--nothing"], ["new", "--data"]])
def test_wrong_commands(arguments: list[str]) -> None:
    refused(*arguments)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DivergedError("It diverged.", "Hint."), 1),
        (DeviceError("No card.", "Hint."), 2),
        (MemoryError(), 1),
        (ZeroDivisionError("what"), 1),
    ],
)
def test_every_error_is_a_sentence(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int) -> None:
    def fail(_options: object) -> int:
        raise error

    monkeypatch.setitem(commands.MODULES, "info", SimpleNamespace(run=fail, HELP="", __doc__="x: y", add_arguments=lambda _parser: None))
    refused("info", status=status)


def test_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(commands.MODULES, "info", SimpleNamespace(run=fail, HELP="", __doc__="x: y", add_arguments=lambda _parser: None))
    done = run("info")
    assert (done.status, done.err) == (130, "flux-gui: error: Interrupted; nothing was written.\n")


def test_nothing_of_qt_is_imported() -> None:
    code = "import sys; sys.modules['PySide6'] = sys.modules['pyqtgraph'] = None; import flux_gui.cli; flux_gui.cli.main(['--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_an_unknown_option_names_the_nearest() -> None:
    done = run("new", "a.flux", "--formula", "x", "--optimizer", "Adam")
    assert done.err.splitlines() == [
        "flux-gui: error: flux-gui new does not know '--optimizer'.",
        "  Did you mean --optimiser? See flux-gui new --help.",
    ]
