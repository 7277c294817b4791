"""What the program remembers between starts: theme, splitter sizes, recent files; an INI file in the user's settings folder."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from flux_gui.core.paths import config_dir

RECENT_LIMIT = 15
THEMES = ("light", "dark", "system")


class Settings:
    """Typed access to the INI file; damaged or missing values give defaults, never an error."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or config_dir()
        self._store = QSettings(str(self._folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """The theme mode: light, dark or system."""
        value = str(self._store.value("view/theme", "light"))
        return value if value in THEMES else "light"

    @theme.setter
    def theme(self, mode: str) -> None:
        self._store.setValue("view/theme", mode)

    def blob(self, key: str) -> QByteArray | None:
        """Return the saved geometry or splitter state `key`, or None."""
        value = self._store.value(f"window/{key}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_blob(self, key: str, value: QByteArray) -> None:
        """Remember a geometry or splitter state."""
        self._store.setValue(f"window/{key}", value)

    @property
    def recent(self) -> list[Path]:
        """The project files used last, newest first; files that are gone stay listed."""
        value = self._store.value("files/recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(str(name)) for name in names if name][:RECENT_LIMIT]

    def add_recent(self, path: Path) -> None:
        """Put `path` in front of the recent files."""
        path = path.absolute()
        self._store.setValue("files/recent", [str(p) for p in (path, *(p for p in self.recent if p != path))][:RECENT_LIMIT])

    @property
    def folder(self) -> str:
        """The folder in which a file dialog opens."""
        value = str(self._store.value("files/folder", ""))
        return value if value and Path(value).is_dir() else str(Path.home())

    @folder.setter
    def folder(self, path: str) -> None:
        self._store.setValue("files/folder", path)

    def save(self) -> None:
        """Write the file now; a read-only folder is no error."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return
        self._store.sync()
