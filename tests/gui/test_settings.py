"""What is remembered between starts, and that damaged settings give defaults."""

from pathlib import Path

from PySide6.QtCore import QByteArray

from flux_gui.gui.settings import RECENT_LIMIT, Settings


def test_values_come_back(qapp: object, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.theme = "dark"
    settings.folder = str(tmp_path)
    settings.set_blob("columns", QByteArray(b"abc"))
    for number in range(RECENT_LIMIT + 3):
        settings.add_recent(tmp_path / f"{number}.flux")
    settings.add_recent(tmp_path / "5.flux")
    settings.save()
    again = Settings(tmp_path)
    assert (again.theme, again.folder, again.blob("columns")) == ("dark", str(tmp_path), QByteArray(b"abc"))
    assert len(again.recent) == RECENT_LIMIT
    assert again.recent[0].name == "5.flux"


def test_garbage_gives_defaults(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_bytes(b"[view]\ntheme=purple\n[files]\nfolder=/nowhere/at/all\n\x00\xff[[[")
    settings = Settings(tmp_path)
    assert settings.theme == "light"
    assert settings.folder == str(Path.home())
    assert settings.blob("columns") is None
    assert settings.recent == []
