"""The network as a line of text in the head of its picture: read as a label, typed into like a field, wrong at a place."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from flux_gui.core.errors import TextError
from flux_gui.document.model_text import check_output, from_text, to_text
from flux_gui.document.project import Project
from flux_gui.document.text_syntax import on_one_line
from flux_gui.gui.theme import theme
from flux_gui.gui.view import ARROW
from flux_gui.gui.widgets.text_field import TextField
from flux_gui.specs import ModelSpec

PATH = "network.text"
HELP = (
    "The network as text, as Flux writes it. Click and type another one: Chain(Dense(4 => 16, tanh), Dense(16 => 3)). "
    "Sizes of inputs may be left out; a model printed by Flux can be pasted. Layers that stay keep their weights. Esc takes it back."
)
REST = 400  # milliseconds without a key after which a text that was wrong is looked at again
MARGIN = 12  # pixels between the field and the end of its row
BREAKS = "\u2028\u2029\n\r"


class ChainField(TextField):
    """Holds the text of a project's network; `read` says what is typed. It looks like a label until it is pointed at or focused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, help_text=HELP)
        self.setObjectName(PATH)
        self.setAccessibleName("Network as text")
        self.setProperty("chain", True)
        self._project: Project | None = None
        self._hovered = False
        self.setMaxLength(1_000_000)
        self.textChanged.connect(self._join_lines)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._look_again)
        self.textEdited.connect(lambda _text: self._rest.start())

    def show_project(self, project: Project) -> None:
        """Show the network of `project`; what is being typed stays."""
        typing = self.hasFocus() and self.text() != self.value()
        self._project = project
        text = to_text(project.spec.model, project.dataset.inputs)
        if not typing or text != self.value():
            self.setError("")
            self.setValue(text)

    def read(self, text: str) -> ModelSpec | None:
        """Return the network that `text` spells, None after showing what is wrong with it and where."""
        self._rest.stop()
        try:
            model = self._model(text)
        except TextError as error:
            self.setError(str(error))
            self.setSelection(error.start, max(error.stop - error.start, 1))
            return None
        self.setError("")
        return model

    def _model(self, text: str) -> ModelSpec:
        assert self._project is not None
        model = from_text(text, self._project.dataset.inputs, self._project.spec.model)
        check_output(text, model, self._project.dataset.outputs)
        return model

    def _look_again(self) -> None:
        """Take back or renew what is said, when somebody who mends the text rests; nothing new is said about what is half typed."""
        if self.error():
            try:
                self._model(self.text())
            except TextError as error:
                self.setError(str(error))
            else:
                self.setError("")

    def _join_lines(self, text: str) -> None:
        """Make one line of what was pasted with several, without its comments."""
        if any(sign in text for sign in BREAKS):
            for sign in BREAKS:
                text = text.replace(sign, "\n")
            self.setText(on_one_line(text))

    # --- how it looks ---------------------------------------------------------------------------------------------

    @property
    def rests(self) -> bool:
        """Whether it looks like a label."""
        return not self.hasFocus() and not self.error()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a shortened line while nobody types, else the field."""
        if not self.rests:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme().colours
        if self._hovered:
            painter.setPen(QPen(QColor(colours.border), 1.0))
            painter.setBrush(QColor(colours.field))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        room = self.rect().adjusted(8, 0, -8, 0)
        painter.setPen(QColor(colours.text if self._hovered else colours.muted))
        short = self.fontMetrics().elidedText(self.text().replace("=>", ARROW), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), short)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that one can type here."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Become a label again."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the whole row to type in, over what else stands there."""
        super().focusInEvent(event)
        self._spread()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole row while somebody types."""
        super().resizeEvent(event)
        if self.hasFocus():
            QTimer.singleShot(0, self, self._spread)

    def _spread(self) -> None:
        row = self.parentWidget()
        if self.hasFocus() and row is not None and row.layout() is not None:
            self.resize(row.width() - self.x() - MARGIN, self.height())
            self.raise_()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning again, in the room that a label has."""
        super().focusOutEvent(event)
        row = self.parentWidget()
        layout = row.layout() if row is not None else None
        if layout is not None:
            layout.invalidate()
            layout.activate()
        if not self.error():
            self.setCursorPosition(0)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low field that takes what is left."""
        return QSize(200, 24)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(60, 24)
