"""Along which inputs neurons are pictured: a button with a menu, for data with more inputs than a picture has sides."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.layer_menu import open_below
from flux_gui.runtime.unit_inputs import number_columns, usual_axes

SIDES = (("Across", "the lower axis"), ("Up", "the left axis"))


class AxesButton(QToolButton):
    """`axes` are the columns chosen, none for bars over the training rows. Signals: `axesChanged()`; hidden where data leave no choice."""

    axesChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._inputs: tuple[str, ...] = ()
        self.setObjectName("network.axes")
        self.setAccessibleName(self.tr("Inputs that neurons are pictured over"))
        self.setToolTip(
            self.tr(
                "What neurons show: a bar over the training rows, a curve over one input or a map over two;\n"
                "the other inputs are held at the chosen row. A click on an input chooses it as well."
            )
        )
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: open_below(self.choices(), self))
        self._show()

    @property
    def wish(self) -> tuple[str, ...] | None:
        """The axes wanted, None for what suits the data."""
        return self.axes if self._columns else None

    def show_project(self, project: Project) -> None:
        """Offer the columns of `project`, and keep those chosen that it has as well."""
        free = not usual_axes(project)
        self._columns = number_columns(project) if free else ()
        self._inputs = project.dataset.input_names if free else ()
        self.axes = tuple(name for name in self.axes if name in self._columns)
        self._show()

    def choose(self, axes: tuple[str, ...]) -> None:
        """Choose up to two columns."""
        wanted = tuple(dict.fromkeys(name for name in axes if name in self._columns))[:2]
        if wanted != self.axes:
            self.axes = wanted
            self._show()
            self.axesChanged.emit()

    def click_input(self, unit: int) -> None:
        """Take an input of the network as the next axis, or take it away."""
        name = self._inputs[unit] if unit < len(self._inputs) else ""
        if name in self.axes:
            self.choose(tuple(axis for axis in self.axes if axis != name))
        elif name in self._columns:
            self.choose((*self.axes, name)[-2:])

    def choices(self) -> QMenu:
        """Return the menu: bars, or a column for each side."""
        menu = QMenu(self)
        bars = menu.addAction(self.tr("Bars over the training rows"))
        bars.setObjectName("network.axes.bars")
        bars.setCheckable(True)
        bars.setChecked(not self.axes)
        bars.triggered.connect(lambda: self.choose(()))
        for side, (title, where) in enumerate(SIDES):
            menu.addMenu(self._side(menu, side, title, where))
        return menu

    def _side(self, parent: QMenu, side: int, title: str, where: str) -> QMenu:
        chosen = self.axes[side] if side < len(self.axes) else ""
        menu = QMenu(f"{title}: {chosen or self.tr('nothing')}", parent)
        menu.setToolTip(self.tr("The column along {0}").format(where))
        menu.setEnabled(side == 0 or bool(self.axes))
        group = QActionGroup(menu)
        for name in ("", *self._columns):
            action = QAction(name or self.tr("nothing"), menu)
            action.setObjectName(f"network.axes.{side}.{name}")
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _on=False, name=name: self._choose_side(side, name))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _choose_side(self, side: int, name: str) -> None:
        axes = [*self.axes, "", ""][:2]
        if name in axes:  # the two change places
            axes[1 - side] = axes[side]
        axes[side] = name
        self.choose(tuple(axis for axis in axes if axis))

    def _show(self) -> None:
        kind = (self.tr("bars"), self.tr("curves"), self.tr("maps"))[len(self.axes)]
        self.setText(self.tr("Neurons: {0}").format(kind) + " \u25be")
        self.setAccessibleDescription(
            self.tr("{0} over {1}").format(kind, self.tr(" and ").join(self.axes) or self.tr("the training rows"))
        )
        self.setVisible(bool(self._columns))
