"""A command of the terminal front end run in this process, with what it printed."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from flux_gui import cli


@dataclass(frozen=True)
class Done:
    """A finished command."""

    status: int
    out: str
    err: str


def run(*arguments: object) -> Done:
    """Run a command as the terminal would."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.main([str(argument) for argument in arguments])
    return Done(status, out.getvalue(), err.getvalue())


def ok(*arguments: object) -> str:
    """Run a command that must succeed; returns its standard output."""
    done = run(*arguments)
    assert done.status == 0, done.err
    return done.out


def refused(*arguments: object, status: int = 2) -> str:
    """Run a command that must be refused with one sentence and a hint; returns the sentence."""
    done = run(*arguments)
    assert done.status == status, (done.status, done.out, done.err)
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0].startswith("flux-gui: error: "), done.err
    assert lines[0].endswith(".")
    assert len(lines) == 2, done.err
    assert lines[1].startswith("  ")
    assert "Traceback" not in done.err
    return lines[0].removeprefix("flux-gui: error: ")
