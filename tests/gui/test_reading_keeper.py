"""How a file was read, found out in the background."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.reading_keeper import ReadingKeeper, how_read
from flux_gui.specs import FileData


def test_how_a_file_was_read(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b;y\n" + "".join(f"{i};{i},5;{i * 2},25\n" for i in range(30)))
    source = edits.project_from_file(path).spec.data.source
    assert isinstance(source, FileData)
    keeper = ReadingKeeper()
    with qtbot.waitSignal(keeper.found):
        assert keeper.how(source) is None
    how = keeper.how(source)
    assert how is not None
    assert (how.reading.delimiter, how.reading.decimal, how.options) == (";", ",", ("delimiter", "decimal", "encoding", "header"))
    assert "semicolon" in how.reasons["delimiter"]


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert "There is no file" in how_read(FileData(str(tmp_path / "gone.csv"))).trouble
