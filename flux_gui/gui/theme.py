"""The look of the program: two sets of colours, the font, and the one object that applies them to everything, live."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from flux_gui.gui.stylesheet import stylesheet

Mode = Literal["light", "dark", "system"]


@dataclass(frozen=True)
class Colours:
    """Every colour of the program as #RRGGBB; `diverging` runs from the most negative to the most positive value."""

    dark: bool
    window: str
    surface: str
    canvas: str
    field: str
    border: str
    control: str
    text: str
    muted: str
    accent: str
    primary: str
    primary_hover: str
    accent_text: str
    chip: str
    hover: str
    track: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    grid: str
    node: str
    train: str
    validation: str
    test: str
    batch: str
    classes: tuple[str, ...]
    diverging: tuple[str, ...]

    def colour_at(self, ratio: float) -> QColor:
        """Return the diverging colour for a ratio in -1..1; beyond that the ends, and the middle for NaN."""
        if ratio != ratio:
            ratio = 0.0
        place = (min(1.0, max(-1.0, ratio)) + 1.0) / 2.0 * (len(self.diverging) - 1)
        index = min(int(place), len(self.diverging) - 2)
        low, high = QColor(self.diverging[index]), QColor(self.diverging[index + 1])
        part = place - index
        return QColor.fromRgbF(
            low.redF() + (high.redF() - low.redF()) * part,
            low.greenF() + (high.greenF() - low.greenF()) * part,
            low.blueF() + (high.blueF() - low.blueF()) * part,
        )


LIGHT = Colours(
    dark=False,
    window="#ffffff",
    surface="#ffffff",
    canvas="#fbfcfd",
    field="#fbfcfd",
    border="#e2e5ea",
    control="#8a919d",
    text="#1d2129",
    muted="#667085",
    accent="#2166ac",
    primary="#2166ac",
    primary_hover="#1b5793",
    accent_text="#ffffff",
    chip="#eef3f9",
    hover="#f3f5f8",
    track="#e7eaf0",
    danger="#b42318",
    danger_soft="#fdf1ef",
    warning="#8a5a00",
    warning_soft="#fdf6e7",
    grid="#e4e7ec",
    node="#e9edf3",
    train="#0072b2",
    validation="#d55e00",
    test="#333333",
    batch="#8fa3b8",
    classes=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"),
    diverging=("#b35806", "#e08214", "#fdb863", "#fee0b6", "#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac"),
)

DARK = replace(
    LIGHT,
    dark=True,
    window="#1e2126",
    surface="#1e2126",
    canvas="#1a1d21",
    field="#1a1d21",
    border="#31353d",
    control="#767e8b",
    text="#e6e8eb",
    muted="#9aa2af",
    accent="#4393c3",
    primary="#2f77b2",
    primary_hover="#2a6a9f",
    accent_text="#ffffff",
    chip="#26303b",
    hover="#262a31",
    track="#2b2f36",
    danger="#f08c82",
    danger_soft="#33221f",
    warning="#e3b45c",
    warning_soft="#2f2a1e",
    grid="#2b2f36",
    node="#2b3038",
    train="#4393c3",
    validation="#e08214",
    test="#dddddd",
    batch="#6d7f92",
    classes=("#4393c3", "#f0853c", "#2fb489", "#d992bd", "#e69f00", "#7cc4ee"),
    diverging=("#fdb863", "#e08214", "#b35806", "#7a4a1e", "#3a3a3a", "#2b5577", "#2f78b7", "#4393c3", "#92c5de"),
)


class Theme(QObject):
    """Holds the colours in use and applies them: palette, one stylesheet, pyqtgraph. Signal `changed()` after each switch."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "system"
        self.colours = LIGHT
        self._watched: QApplication | None = None

    def apply(self, app: QApplication, mode: Mode = "system") -> None:
        """Show the program in `mode`; "system" follows the desktop and stays light where the desktop does not say."""
        self.mode = mode
        self._watch(app)
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}[mode]
        hints = app.styleHints()
        if mode != "system" or hints.colorScheme() != Qt.ColorScheme.Unknown:
            hints.setColorScheme(scheme)
        self._paint(app)

    def _paint(self, app: QApplication) -> None:
        dark = self.mode == "dark" or (self.mode == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark)
        self.colours = DARK if dark else LIGHT
        if app.style().name() != "fusion":
            app.setStyle("Fusion")
        app.setFont(base_font())
        app.setPalette(_palette(self.colours))
        app.setStyleSheet(stylesheet(self.colours))
        pg.setConfigOptions(background=self.colours.surface, foreground=self.colours.muted, antialias=True)
        self.changed.emit()

    @contextmanager
    def lent(self, colours: Colours) -> Iterator[None]:
        """Let what is painted meanwhile, such as an exported picture, use other colours; the window keeps its own."""
        own, self.colours = self.colours, colours
        try:
            yield
        finally:
            self.colours = own

    def _watch(self, app: QApplication) -> None:
        if self._watched is not app:
            self._watched = app
            app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _system_changed(self) -> None:
        app = QApplication.instance()
        dark = cast(QApplication, app).styleHints().colorScheme() == Qt.ColorScheme.Dark
        if self.mode == "system" and dark != self.colours.dark:
            self._paint(cast(QApplication, app))


_theme: Theme | None = None


def theme() -> Theme:
    """Return the one theme of this process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def base_font(pixels: int = 13, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the program's font: Inter where it is installed, else the system's, with digits of equal width."""
    family, wide = _family()
    font = QFont(family)
    font.setPixelSize(pixels - 1 if wide and pixels > 11 else pixels)  # these faces look a size larger than others
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def _family() -> tuple[str, bool]:
    if "Inter" in QFontDatabase.families():
        return "Inter", False
    family = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    return family, family.startswith(("DejaVu", "Verdana", "Bitstream Vera"))


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    table = {
        role.Window: c.window,
        role.WindowText: c.text,
        role.Base: c.field,
        role.AlternateBase: c.hover,
        role.Text: c.text,
        role.PlaceholderText: c.muted,
        role.Button: c.surface,
        role.ButtonText: c.text,
        role.BrightText: c.danger,
        role.Highlight: c.primary,
        role.HighlightedText: c.accent_text,
        role.ToolTipBase: c.surface,
        role.ToolTipText: c.text,
        role.Link: c.accent,
        role.Light: c.surface,
        role.Midlight: c.hover,
        role.Mid: c.border,
        role.Dark: c.border,
        role.Shadow: c.border,
        role.Accent: c.accent,
    }
    for which, value in table.items():
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.control))
    return palette
