"""The guide: the shipped text, then every key, made from the table of actions; and a page of all names, made from the registries."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextFrameFormat, QTextTable
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from flux_gui.core.paths import resource
from flux_gui.gui.actions import ACTIONS, MENUS, ActionSpec
from flux_gui.gui.dialogs.names import names_page
from flux_gui.gui.theme import base_font, theme

MARGIN, CELL = 18, 4  # pixels around the text, and in the cells of a table
LINE = 120  # percent: the distance of lines


class GuideDialog(QDialog):
    """Not modal: it can stay open beside the work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setWindowTitle("Guide and keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 660)
        self.text, self.names = QTextBrowser(), QTextBrowser()
        self.tabs = QTabWidget()
        for browser, title in ((self.text, "Guide"), (self.names, "Names and formulas")):
            browser.setAccessibleName(title)
            browser.setOpenExternalLinks(True)
            self.tabs.addTab(browser, title)
        self._write()
        theme().changed.connect(self._write)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        column.addWidget(buttons)

    def _write(self) -> None:
        self._write_names()
        document = self.text.document()
        document.setDefaultFont(base_font(13))
        self.text.setMarkdown(f"{resource('docs', 'guide.md').read_text(encoding='utf-8')}\n## Menus and keys\n")
        end = QTextCursor(document)
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertBlock(QTextBlockFormat(), QTextCharFormat())
        end.insertHtml(keys_page())
        _dress(document)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_names(self) -> None:
        document = self.names.document()
        document.setDefaultFont(base_font(13))
        self.names.setHtml(names_page())
        _dress(document)
        self.names.moveCursor(QTextCursor.MoveOperation.Start)

    def open(self) -> None:
        """Show the guide without blocking the window."""
        self.show()


def keys_page() -> str:
    """Return every action with its keys as rich text: a table with one part a menu."""
    rows = []
    for menu in MENUS:
        rows.append(f"<tr><th colspan=3 align=left><br>{menu}</th></tr>")
        for spec in ACTIONS:
            if spec.menu == menu:
                name = f"{spec.submenu}: {spec.text}" if spec.submenu else spec.text
                cells = (name.rstrip("."), spec.tip, keys(spec))
                rows.append(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>")
    return f"<table width='100%'>{''.join(rows)}</table>"


def keys(spec: ActionSpec) -> str:
    """Return the keys of an action in words."""
    return " or ".join((*spec.keys, "Space") if spec.id == "train.toggle" else spec.keys)


def _dress(document: QTextDocument) -> None:
    """Give the text and its headings their margins, and take the frames from tables."""
    document.setDocumentMargin(MARGIN)
    block = document.begin()
    while block.isValid():
        cursor, look = QTextCursor(block), block.blockFormat()
        level = look.headingLevel()
        look.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        look.setTopMargin(18 if level > 1 else 0)
        look.setBottomMargin(0 if cursor.currentTable() is not None else 6)
        cursor.setBlockFormat(look)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            shape = frame.format()
            shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
            shape.setBorder(0)
            shape.setCellPadding(CELL)
            shape.setCellSpacing(0)
            frame.setFormat(shape)
