"""What is printed: one error line with a hint, CSV rows, JSON, a progress bar for people only."""

import io
import json
from pathlib import Path

import pytest

from flux_gui.cli import output
from flux_gui.core.errors import FluxError, FormatError


def test_errors_are_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain(FluxError("Line one\nline two.", "Do\nthis."))
    output.complain(FluxError("Alone."))
    assert capsys.readouterr().err == "flux-gui: error: Line one\\nline two.\n  Do\\nthis.\nflux-gui: error: Alone.\n"


def test_json_has_null_for_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    output.say_json({"a": float("nan"), "b": 1.5})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": 1.5}


def test_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = output.rows_text(["a", "b,c"], [["1", 'say "x"']])
    assert text == 'a,"b,c"\n1,"say ""x"""\n'
    output.write_rows(text, None)
    assert capsys.readouterr().out == text
    output.write_rows(text, str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text() == text
    with pytest.raises(FormatError):
        output.write_rows(text, str(tmp_path / "none" / "a.csv"))


def test_numbers_for_people() -> None:
    assert output.number(0.123456789) == "0.123457"
    assert output.number(float("inf")) == "-"
    assert output.scores_text({"train": {"loss": 0.5}, "test": {}}) == "train      loss 0.5\ntest       no rows"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    silent, terminal = io.StringIO(), Terminal()
    for stream in (silent, terminal):
        bar = output.ProgressBar(stream)
        bar.show(1, 10, 0.5)
        bar.show(10, 10, 0.25)
        bar.clear()
    assert silent.getvalue() == ""
    assert "epoch 10/10  loss 0.25" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_the_bar_of_reading_waits_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(output, "monotonic", lambda: now[0])
    terminal = Terminal()
    bar = output.ProgressBar(terminal)
    bar.tell(0.1, "Reading a.csv")
    assert terminal.getvalue() == ""
    for second, share in ((1.0, 0.5), (2.0, None)):
        now[0] = second
        bar.tell(share, "Reading a.csv")
        bar.tell(0.9, "at once again")
    bar.clear()
    assert "##............" in terminal.getvalue()
    assert "Reading a.csv  50%" in terminal.getvalue()
    assert "at once" not in terminal.getvalue()


def test_a_score_that_is_not_defined_says_so() -> None:
    assert "r2 not defined" in output.scores_text({"test": {"loss": 0.5, "r2": float("nan")}})
