"""A card over the network while a file is read: what is done, how far it is, and a button that stops it; also the place to drop on."""

from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_gui.gui.loading import Loading
from flux_gui.gui.theme import theme
from flux_gui.gui.widgets import ElidedLabel, ProgressLine

PATIENCE = 400  # milliseconds of reading about which nothing is said
WIDTH, TOP = 380, 46
SOME = 0.05  # share from which the rest of the time is estimated


class LoadingCard(QFrame):
    """Floats over `place`, so that nothing moves when it comes and goes. Signal: cancelled()."""

    cancelled = Signal()

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._over = place
        self.setProperty("card", True)
        self.setObjectName("loading")
        self.setFixedWidth(WIDTH)
        self._loading: Loading | None = None
        self._since = 0.0
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PATIENCE)
        self._wait.timeout.connect(self._appear)
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.name.setProperty("title", True)
        self.share = QLabel()
        self.line = ProgressLine()
        self.detail = ElidedLabel()
        self.detail.setProperty("hint", True)
        self.stop = QPushButton("Cancel")
        self.stop.setObjectName("loading.cancel")
        self.stop.setProperty("small", True)
        self.stop.setToolTip("Stop reading; the open project stays as it is.")
        self.stop.clicked.connect(self._cancel)
        self._lay_out()
        place.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.share)
        below.addWidget(self.detail, 1)
        below.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 10)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.line)
        column.addLayout(below)

    def follow(self, loading: Loading) -> None:
        """Show how far `loading` is, if it is not over very soon."""
        self._loading = loading
        self.name.setText(loading.title)
        self.detail.setText("")
        self.share.setText("")
        self.line.setValue(0.0)
        self.stop.setEnabled(True)
        self._since = monotonic()
        loading.progressed.connect(self._progressed)
        self._wait.start()

    def done(self) -> None:
        """Go away: what was read is there, or will not come."""
        self._wait.stop()
        self._loading = None
        self.hide()

    def _appear(self) -> None:
        if self._loading is not None:
            self._place()
            self.show()
            self.raise_()

    def _progressed(self, share: float, text: str) -> None:
        if self._loading is None or self.sender() is not self._loading:
            return
        self.line.setValue(max(share, 0.0))
        self.share.setText(f"{share:.0%}" if share >= 0 else "")
        self.detail.setText(text if text != self.name.text() else self._left(share))

    def _left(self, share: float) -> str:
        """Return about how long it will still take, once that can be told."""
        spent = monotonic() - self._since
        if share < SOME or spent < 1.0:
            return ""
        left = spent / share * (1 - share)
        return "almost done" if left < 1 else f"about {left:.0f} s left" if left < 90 else f"about {left / 60:.0f} min left"

    def _cancel(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
            self.stop.setEnabled(False)
            self.detail.setText("Stopping\u2026")
            self.cancelled.emit()

    def _place(self) -> None:
        self.adjustSize()
        self.move(max(8, (self._over.width() - self.width()) // 2), TOP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)


class DropPlace(QWidget):
    """Lights up the whole window while a file is held over it, and says what dropping it will do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = ""
        self.hide()

    def show_text(self, text: str) -> None:
        """Say what dropping will do, over the whole window."""
        self.text = text
        self.setGeometry(self.window().rect())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a frame and the sentence in the middle."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(c.window)
        veil.setAlpha(215)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(c.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(14, 14, -14, -14), 12, 12)
        font = painter.font()
        font.setPixelSize(20)
        painter.setFont(font)
        painter.setPen(QColor(c.accent))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)
