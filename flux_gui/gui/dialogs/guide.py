"""The guide: the shipped text, then every key, made from the table of actions."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from flux_gui.core.paths import resource
from flux_gui.gui.actions import ACTIONS, MENUS


class GuideDialog(QDialog):
    """Not modal: it can stay open beside the work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setWindowTitle("Guide and keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 620)
        self.text = QTextBrowser()
        self.text.setAccessibleName("Guide")
        self.text.setOpenExternalLinks(True)
        guide = resource("docs", "GUIDE.md")
        if guide.is_file():
            self.text.setMarkdown(guide.read_text(encoding="utf-8"))
            self.text.append(keys_page())
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
        else:
            self.text.setHtml(keys_page())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)

    def open(self) -> None:
        """Show the guide without blocking the window."""
        self.show()


def keys_page() -> str:
    """Return every action with its keys as rich text."""
    rows = []
    for menu in MENUS:
        rows.append(f"<tr><td colspan=2><br><b>{menu}</b></td></tr>")
        for spec in ACTIONS:
            if spec.menu == menu:
                keys = " or ".join(spec.keys) + (" or Space" if spec.id == "train.toggle" else "")
                rows.append(f"<tr><td>{escape(spec.tip)}&nbsp;&nbsp;&nbsp;</td><td>{escape(keys)}</td></tr>")
    return f"<h3>Keys</h3><table>{''.join(rows)}</table>"
