"""The tools of a painting beside its plot: brush, point, eraser, move; and its classes, to choose, rename and add."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from flux_gui.data.painted import MAX_CLASSES
from flux_gui.gui import icons
from flux_gui.gui.painting import TOOLS
from flux_gui.gui.plots.class_look import class_colour, class_shape, draw_shape
from flux_gui.gui.theme import base_font, theme

ROW = 24


class ClassRow(QAbstractButton):
    """One class: shape, name and the key that chooses it. A double click lets the name be typed. Signals: `renamed(str)`."""

    renamed = Signal(str)

    def __init__(self, index: int, count: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._count = index, count
        self.setText(name)
        self.setCheckable(True)
        self.setObjectName(f"painting.class.{index}")
        self.setAccessibleName(f"Class {name}")
        self.setToolTip(f"Paint the class {name} ({index + 1}); a double click renames it")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the size of a row."""
        return QSize(80, ROW)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Let the name be typed."""
        self.rename()

    def rename(self) -> None:
        """Show a field over the name; Enter or leaving it takes what was typed."""
        field = QLineEdit(self.text(), self)
        field.setObjectName(f"painting.class.{self._index}.name")
        field.setAccessibleName(f"Name of class {self.text()}")
        field.setToolTip("Type a name and press Enter")
        field.setGeometry(16, 0, self.width() - 16, ROW)
        field.selectAll()
        field.show()
        field.setFocus(Qt.FocusReason.MouseFocusReason)

        def done() -> None:
            field.editingFinished.disconnect(done)
            text = field.text().strip()
            field.hide()
            field.deleteLater()
            if text and text != self.text():
                self.renamed.emit(text)

        field.editingFinished.connect(done)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint shape, name and key."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(c.accent), 1.5) if on or self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.chip if on else c.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        tint = QColor(class_colour(self._index, self._count))
        draw_shape(painter, class_shape(self._index), QPointF(12, ROW / 2), 4.6, tint, QColor(c.surface))
        painter.setFont(base_font(11))
        painter.setPen(QColor(c.muted))
        key = str(self._index + 1) if self._index < 9 else ""
        painter.drawText(QRectF(0, 0, self.width() - 8, ROW), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, key)
        painter.setFont(base_font(11, QFont.Weight.DemiBold if on else QFont.Weight.Normal))
        painter.setPen(QColor(c.text))
        room = QRectF(23, 0, self.width() - 38, ROW)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)


class PaintTools(QWidget):
    """Signals: `toolChosen(key)`, `classChosen(index)`, `classesEdited(names, text)` with the names of all classes."""

    toolChosen = Signal(str)
    classChosen = Signal(int)
    classesEdited = Signal(object, str)

    def __init__(self, name: str, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._chosen = 0
        self.rows: list[ClassRow] = []
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout()
        grid.setSpacing(4)
        group = QButtonGroup(self)
        for place, (key, label, icon, letter, doc) in enumerate(TOOLS):
            button = self._tool(f"{name}.{key}", label, icon, f"{label}: {doc[0].lower()}{doc[1:]} ({letter})")
            button.clicked.connect(lambda _on=False, tool=key: self.toolChosen.emit(tool))
            group.addButton(button)
            self.buttons[key] = button
            grid.addWidget(button, place // columns, place % columns)
            shortcut = QShortcut(QKeySequence(letter), self)
            shortcut.activated.connect(button.click)
        self.buttons[TOOLS[0][0]].setChecked(True)
        grid.setColumnStretch(columns, 1)
        self._classes = QVBoxLayout()
        self._classes.setSpacing(0)
        self._group = QButtonGroup(self)
        self.add = QPushButton("+ class")
        self.add.setObjectName(f"{name}.add_class")
        self.add.setProperty("flat", True)
        self.add.setToolTip("Add a class to paint")
        self.add.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addLayout(self._classes)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.add.hide()
        for number in range(9):
            shortcut = QShortcut(QKeySequence(str(number + 1)), self)
            shortcut.activated.connect(lambda index=number: self.choose(index))

    def _tool(self, name: str, label: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(label)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setProperty("framed", True)
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(34, 30)
        icons.bind(button, icon)
        return button

    def show_classes(self, names: tuple[str, ...]) -> None:
        """Show the classes of a painting, none for a curve."""
        self.add.setVisible(0 < len(names) < MAX_CLASSES)
        if names == self._names:
            return
        grown = len(names) == len(self._names) + 1 and bool(self._names)
        self._names = names
        for row in self.rows:
            self._classes.removeWidget(row)
            self._group.removeButton(row)
            row.hide()
            row.deleteLater()
        self.rows = [ClassRow(index, len(names), name) for index, name in enumerate(names)]
        for index, row in enumerate(self.rows):
            row.clicked.connect(lambda _on=False, place=index: self.choose(place))
            row.renamed.connect(lambda text, place=index: self._rename(place, text))
            self._group.addButton(row)
            self._classes.addWidget(row)
        if self.rows:
            self.choose(len(names) - 1 if grown else min(self._chosen, len(names) - 1))

    def chosen(self) -> int:
        """Return the class that is painted."""
        return self._chosen

    def choose(self, index: int) -> None:
        """Paint the class `index` from now on; there is nothing to choose beyond the last."""
        if index < len(self.rows):
            self._chosen = index
            self.rows[index].setChecked(True)
            self.classChosen.emit(index)

    def _add(self) -> None:
        free = next(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in self._names)
        self.classesEdited.emit((*self._names, free), f"Add the class {free}")

    def _rename(self, index: int, name: str) -> None:
        names = (*self._names[:index], name, *self._names[index + 1 :])
        self.classesEdited.emit(names, f"Rename the class {self._names[index]}")
