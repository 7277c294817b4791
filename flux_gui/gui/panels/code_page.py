"""The code of the model: a program in one of several languages, always of the network and the weights that there are now."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from flux_gui.core.errors import FluxError
from flux_gui.document.project import Project
from flux_gui.exporters.code import CODES, MAX_WRITTEN, can_hold_weights, source
from flux_gui.gui.code_colours import CodeColours
from flux_gui.gui.theme import theme
from flux_gui.gui.widgets import ElidedLabel, Segmented, Toggle
from flux_gui.gui.worker import Worker

SIZE: Final = 12  # pixels of the letters
HELP: Final = "Write the numbers that the network has learned into the program."


class CodePage(QWidget):
    """Signals: saveWanted() when the program is to be written to a file, copied() when it lies on the clipboard."""

    saveWanted = Signal()
    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.worker = Worker(self)
        self._project: Project | None = None
        self._shown: tuple[object, ...] = ()
        self.language = Segmented(tuple((entry.name, entry.label, entry.doc) for entry in CODES))
        self.language.setObjectName("code.language")
        self.language.setAccessibleName("Language")
        self.language.valueChanged.connect(lambda _name: self.refresh())
        self.weights = Toggle(help_text=HELP)
        self.weights.setObjectName("code.weights")
        self.weights.setAccessibleName("With the weights")
        self.weights.setValue(True)
        self.weights.valueChanged.connect(lambda _on: self.refresh())
        self.about = ElidedLabel()
        self.about.setProperty("muted", True)
        self.text = QPlainTextEdit()
        self.text.setObjectName("code.text")
        self.text.setAccessibleName("Program")
        self.text.setToolTip("The program as text; Ctrl+A and Ctrl+C copy all of it.")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(SIZE)
        self.text.setFont(font)
        self.colours = CodeColours(self.text.document())
        self._lay_out()
        theme().changed.connect(self.colours.rehighlight)

    def _lay_out(self) -> None:
        label = QLabel("With the weights")
        label.setProperty("muted", True)
        label.setBuddy(self.weights)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.language, self.weights, label):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.about, 1)
        for text, name, tip, act in (
            ("Copy", "code.copy", "Copy the whole program", self._copy),
            ("Save...", "code.save", "Write the program to a file", self.saveWanted.emit),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setProperty("small", True)
            button.setToolTip(tip)
            button.clicked.connect(lambda _on=False, run=act: run())
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.text, 1)

    @property
    def extension(self) -> str:
        """The extension of files in the chosen language."""
        return CODES.get(self.language.value()).extension

    def show_project(self, project: Project) -> None:
        """Show the code of `project`, as soon as somebody looks."""
        self._project = project
        fits = can_hold_weights(project)
        self.weights.setEnabled(fits)
        self.weights.setToolTip(HELP if fits else f"More than {MAX_WRITTEN} numbers are too many for a program: export them as NPZ.")
        self.refresh()

    def refresh(self) -> None:
        """Write the program anew, off the GUI thread, if it is seen and not the one that is shown."""
        project, language = self._project, self.language.value()
        if project is None or not self.isVisible():
            return
        weights = self.weights.value() and can_hold_weights(project)
        key = (project.spec, project.dataset, project.state.parameters_in_use, language, weights)
        if len(self._shown) == len(key) and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key

        def done(text: str) -> None:
            if self._shown is key:
                self._show(text)

        self.worker.submit(lambda: source(project, language, weights), done, lambda error: self._fail(key, error))

    def _show(self, text: str) -> None:
        entry = CODES.get(self.language.value())
        self.about.setText(entry.doc)
        self.colours.setSyntax(entry.syntax)
        if text == self.text.toPlainText():
            return
        bars = self.text.verticalScrollBar(), self.text.horizontalScrollBar()
        places = [bar.value() for bar in bars]
        self.text.setPlainText(text)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def _fail(self, key: tuple[object, ...], error: FluxError) -> None:
        if self._shown is key:
            self._show(f"# {error}")

    def _copy(self) -> None:
        self.text.selectAll()
        self.text.copy()
        cursor = self.text.textCursor()
        cursor.clearSelection()
        self.text.setTextCursor(cursor)
        self.copied.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Write the program when the page is opened."""
        super().showEvent(event)
        self.refresh()
