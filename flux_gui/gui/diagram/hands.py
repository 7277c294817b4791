"""What hands do in the picture of the network: select several layers, carry them elsewhere, name them, move about, use the keyboard."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from flux_gui.gui.diagram.carrying import EDGE, PACE, Carrier, Load
from flux_gui.gui.diagram.gaps import Station, gap_at, gap_x, stations
from flux_gui.gui.diagram.marks import Marks
from flux_gui.gui.diagram.selection import Selection
from flux_gui.gui.diagram.title_field import TitleField

if TYPE_CHECKING:
    from flux_gui.gui.diagram.network_view import NetworkView

START = 8  # pixels that the mouse moves before it carries something
TITLE = 14, 58  # half the height and half the width of a column's title
SHIFT, CTRL, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Hands(QObject):
    """Belongs to a NetworkView. `landing(Load, index)` says where something that is put before layer `index` comes to stand, None: nowhere.

    Signals: `chosenChanged()` with other selected layers; `dropped(Load, index)`; `insertWanted(index)` for a Dense layer,
    `paletteWanted()` to choose another kind; `renamed(id, text)`; `settingsWanted(id)` for a layer without a size to type;
    `menuWanted(point of the screen)` for what can be done with the selected layers.
    """

    chosenChanged = Signal()
    dropped = Signal(object, int)
    insertWanted = Signal(int)
    paletteWanted = Signal()
    renamed = Signal(str, str)
    settingsWanted = Signal(str)
    menuWanted = Signal(QPoint)

    def __init__(self, view: "NetworkView", marks: Marks) -> None:
        super().__init__(view)
        self._view, self.marks = view, marks
        self.selection = Selection()
        self.landing: Callable[[Load, int], int | None] = lambda _load, index: index
        self.carrier = Carrier(view, self._place)
        self.title = TitleField(view.viewport())
        self._pressed: tuple[QPoint, str] | None = None  # where the left button went down, and on the title of which layer
        self._panned: QPoint | None = None  # the last point of a pan
        self._taken = False  # whether the press was for the selection, so that the release picks nothing
        self._came = False
        self._expected: bool | None = None  # whether a layer that will come is to be typed a size; None: none is expected
        self.carrier.over.connect(self._show_gap)
        self.carrier.left.connect(lambda: self._mark(None))
        self.carrier.dropped.connect(self._fall)
        self.title.renamed.connect(self.renamed)
        self.title.left.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        for part in (view, view.viewport()):
            part.installEventFilter(self)

    # --- the selection -------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> tuple[str, ...]:
        """The selected layers in the order of the network."""
        picture = self._view.picture
        return tuple(id for id in picture.ids if id in self.selection.ids) if picture is not None else ()

    def select(self, selection: Selection) -> None:
        """Select layers, and tell which is current."""
        if selection == self.selection:
            return
        before, self.selection = self.selection, selection
        self._view.selectLayer(selection.current)
        if selection.current != before.current:
            self._view.layerSelected.emit(selection.current)
        self.chosenChanged.emit()

    def select_all(self) -> None:
        """Select every layer."""
        if self._view.picture is not None:
            self.select(self.selection.all(self._view.picture.ids))

    def follow(self, current: str) -> None:
        """Take over which layer was made current elsewhere, and show the selection."""
        if current != self.selection.current:
            self.selection = self.selection.only(current)
            self.chosenChanged.emit()
        self.show()

    def show(self) -> None:
        """Put bands behind the selected columns, and frames around selected steps."""
        picture, plan = self._view.picture, self._view.plan
        if picture is None or plan is None:
            return
        ids = self.selection.ids
        self.marks.show_bands([i + 1 for i, layer in enumerate(picture.layers) if layer.id in ids], plan)
        self._view.mark_steps(ids)

    def expect(self, size: bool = True) -> None:
        """Select the layers that the next picture brings; `size`: and let the size of a single one be typed at once."""
        self._expected = size

    def take_new(self) -> bool:
        """Return whether new layers were selected since this was asked last."""
        came, self._came = self._came, False
        return came

    def forget_expected(self) -> None:
        """Expect nothing: the layer was refused."""
        self._expected = None

    def picture_changed(self, before: tuple[str, ...]) -> None:
        """Take over another picture, after one with the layers `before`."""
        picture = self._view.picture
        if picture is None:
            return
        new = [id for id in picture.ids if id not in before]
        self.selection = self.selection.among(picture.ids)
        if self._expected is not None and new:
            size, self._expected, self._came = self._expected, None, True
            self.select(self.selection.of(new))
            field = self._view.size_field(new[0]) if size and len(new) == 1 else None
            if field is not None:
                self.type_size(new[0])
            else:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def type_size(self, id: str, event: QKeyEvent | None = None) -> None:
        """Put the cursor into the size of a layer, and perhaps the first digit; a layer without one has settings elsewhere."""
        field = self._view.size_field(id)
        if field is None:
            self.settingsWanted.emit(id)
            return
        self._view.reveal(id)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        field.selectAll()
        if event is not None:
            QApplication.sendEvent(field, event)

    def rename(self, id: str = "") -> None:
        """Let the name of a layer be typed over its title."""
        id = id or self.selection.current
        picture, middle = self._view.picture, self._view.title_place(id)
        if picture is None or middle is None:
            return
        name, usual = picture.name_of(id)
        self.title.open(id, name, usual, middle)

    # --- the mouse -----------------------------------------------------------------------------------------------

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take from the picture the clicks with Ctrl or Shift, drags of titles, drags of the background, double and right clicks."""
        if isinstance(event, QContextMenuEvent):
            return self._ask_menu(event)
        if not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind == QEvent.Type.MouseMove:
            return self._move(event)
        if kind == QEvent.Type.MouseButtonRelease:
            return self._release(event)
        if kind == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
            id = self._title_at(event.position().toPoint())
            if id:
                self.rename(id)
            return bool(id)
        return False

    def _ask_menu(self, event: QContextMenuEvent) -> bool:
        """Ask for the menu at the layer under the pointer, which is selected for it, or at the selected one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self._view.title_place(self.selection.current)
            self.menuWanted.emit(self._view.viewport().mapToGlobal(place or self._view.viewport().rect().center()))
            return True
        id = self._view.layer_at(self._view.mapToScene(self._view.viewport().mapFromGlobal(event.globalPos())))
        if id not in self.selection.ids:
            self.select(self.selection.only(id))
        self.menuWanted.emit(event.globalPos())
        return True

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        at = event.position().toPoint()
        keys = event.modifiers()
        if keys & (CTRL | SHIFT):
            id = self._view.layer_at(self._view.mapToScene(at))
            picture = self._view.picture
            if id and picture is not None:
                self.select(self.selection.toggled(id) if keys & CTRL else self.selection.up_to(id, picture.ids))
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)
            self._taken = True
            return True
        self._pressed = at, self._title_at(at)
        return False

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        if self.carrier.active:
            self.carrier.move(event.globalPosition().toPoint())
            return True
        if self._panned is not None:
            self._pan(at)
            return True
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        start, id = self._pressed
        if (at - start).manhattanLength() < START:
            return False
        if id:
            self._carry(id, event.globalPosition().toPoint())
        else:
            self._panned = start
            self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan(at)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        busy = self.carrier.active or self._panned is not None or self._taken
        self._taken = False
        if self.carrier.active:
            self.carrier.drop(event.globalPosition().toPoint())
        if self._panned is not None:
            self._view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._pressed = self._panned = None
        return busy

    def _pan(self, at: QPoint) -> None:
        assert self._panned is not None
        step, self._panned = at - self._panned, at
        for bar, pixels in ((self._view.horizontalScrollBar(), step.x()), (self._view.verticalScrollBar(), step.y())):
            bar.setValue(bar.value() - pixels)

    def _carry(self, id: str, at: QPoint) -> None:
        ids = self.chosen if id in self.selection.ids else (id,)
        picture = self._view.picture
        if picture is None:
            return
        ids = tuple(one for one in ids if one != picture.output)
        if not ids:
            self._pressed = None
            return
        name, usual = picture.name_of(ids[0])
        label = name or usual
        self.carrier.start(Load(ids=ids, label=label if len(ids) == 1 else self.tr("{0} and {1} more").format(label, len(ids) - 1)), at)

    def _title_at(self, at: QPoint) -> str:
        """Return the layer whose title or bar is at a point of the view, "" for none."""
        point, plan, picture = self._view.mapToScene(at), self._view.plan, self._view.picture
        if plan is None or picture is None:
            return ""
        step = self._view.step_at(point)
        if step:
            return step
        high, wide = TITLE
        if abs(point.y() - plan.header) > high:
            return ""
        near = [i for i, column in enumerate(plan.columns) if abs(column.x - point.x()) <= min(wide, plan.step / 2 - 2)]
        return picture.layers[near[0] - 1].id if near and near[0] else ""

    # --- what is carried -----------------------------------------------------------------------------------------

    def _place(self, at: QPoint) -> float | None:
        """Return where a point of the screen lies in the picture, None for outside; near the rim the picture moves along."""
        port = self._view.viewport()
        here = port.mapFromGlobal(at)
        if not port.rect().contains(here):
            return None
        if self.carrier.active:
            bar = self._view.horizontalScrollBar()
            bar.setValue(bar.value() - PACE * (here.x() < EDGE) + PACE * (here.x() > port.width() - EDGE))
        return self._view.mapToScene(here).x()

    def _stations(self) -> tuple[Station, ...]:
        picture, plan = self._view.picture, self._view.plan
        return stations(picture, plan) if picture is not None and plan is not None else ()

    def _show_gap(self, load: Load, x: float) -> None:
        self._mark(self.landing(load, gap_at(self._stations(), x)))

    def _mark(self, index: int | None) -> None:
        plan = self._view.plan
        if plan is not None:
            self.marks.show_gap(None if index is None else gap_x(self._stations(), plan.columns[0].x, index), plan)

    def _fall(self, load: Load, x: float) -> None:
        index = gap_at(self._stations(), x)
        if self.landing(load, index) is not None:
            self.dropped.emit(load, index)

    # --- the keyboard --------------------------------------------------------------------------------------------

    def behind(self) -> int:
        """Return the model index behind the current layer, where something new is put; -1 for none: where it belongs."""
        picture = self._view.picture
        if picture is None or not self.selection.current or self.selection.current == picture.output:
            return -1
        return picture.index_of(self.selection.current) + 1

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key means in the picture; return whether it means something."""
        picture = self._view.picture
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if picture is None or keys & (CTRL | ALT):
            return False
        key, current = Qt.Key(event.key()), self.selection.current
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.select(self.selection.stepped(-1 if key == Qt.Key.Key_Left else 1, picture.ids, bool(keys & SHIFT)))
            self._view.reveal(self.selection.current)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and picture.ids:
            self.select(self.selection.only(picture.ids[0 if key == Qt.Key.Key_Home else -1]))
            self._view.reveal(self.selection.current)
        elif key == Qt.Key.Key_Escape:
            return self._escape()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current:
            self.type_size(current)
        elif key == Qt.Key.Key_Insert:
            if keys & SHIFT:
                self.paletteWanted.emit()
            else:
                self.insertWanted.emit(self.behind())
        elif event.text() in ("+", "-") and current:
            self._resize(1 if event.text() == "+" else -1)
        elif event.text().isdecimal() and current and self._view.size_field(current) is not None:
            self.type_size(current, event)
        else:
            return False
        return True

    def _escape(self) -> bool:
        """Leave a control for the picture, then the selection; there is nothing else to leave here."""
        if not self._view.hasFocus():
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        had = bool(self.selection.ids)
        self.select(Selection())
        return had

    def _resize(self, by: int) -> None:
        field = self._view.size_field(self.selection.current)
        if field is not None and field.low <= field.value() + by <= field.high:
            self._view.unitsRequested.emit(self.selection.current, int(field.value()) + by)
