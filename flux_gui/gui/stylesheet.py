"""The one stylesheet of the program, written from a set of colours.

Plain Qt widgets take their look from here. Dynamic properties choose variants: `primary` on the one filled button, `flat` on quiet
buttons, `muted` / `title` / `strong` on labels, `card` on frames, `invalid` on fields that hold something wrong.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_gui.gui.theme import Colours

_BASE = """
QWidget {{ color: {text}; }}
QMainWindow, QDialog {{ background: {window}; }}
QToolTip {{ background: {surface}; color: {text}; border: 1px solid {border}; padding: 5px 7px; }}
QLabel {{ background: transparent; }}
QLabel[muted="true"] {{ color: {muted}; }}
QLabel[title="true"] {{ font-weight: 600; }}
QLabel[strong="true"] {{ font-weight: 600; }}
QLabel[error="true"] {{ color: {danger}; font-size: 11px; }}
QFrame[card="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; }}
QFrame[line="true"] {{ background: {border}; border: 0; }}
QMenuBar {{ background: {surface}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {surface}; border: 1px solid {border}; padding: 5px; }}
QMenu::item {{ padding: 5px 24px 5px 10px; border-radius: 5px; }}
QMenu::item:selected {{ background: {chip}; color: {text}; }}
QMenu::item:disabled {{ color: {control}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 5px 6px; }}
QMenu::icon {{ padding-left: 6px; }}
QStatusBar {{ background: {surface}; border-top: 1px solid {border}; color: {muted}; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {muted}; font-size: 11px; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:horizontal {{ border-left: 1px solid {border}; }}
QSplitter::handle:vertical {{ border-top: 1px solid {border}; }}
QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {accent}; border-color: {accent}; }}
QSplitter[quiet="true"]::handle {{ border: 0; }}
QScrollArea {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {track}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {control}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_BUTTONS = """
QPushButton {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; padding: 5px 12px; min-height: 16px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {track}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 4px 11px; }}
QPushButton:disabled {{ color: {control}; background: {surface}; }}
QPushButton[primary="true"] {{ background: {primary}; color: {accent_text}; border: 2px solid {primary};
  font-weight: 600; padding: 5px 18px; }}
QPushButton[primary="true"]:hover {{ background: {primary_hover}; border-color: {primary_hover}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {text}; }}
QPushButton[primary="true"]:disabled {{ background: {track}; border-color: {track}; color: {muted}; }}
QPushButton[small="true"] {{ padding: 2px 9px; min-height: 14px; font-size: 11px; border-radius: 6px; }}
QPushButton[small="true"]:focus {{ padding: 1px 8px; }}
QPushButton[flat="true"] {{ background: transparent; border-color: transparent; color: {accent}; padding: 3px 8px; }}
QPushButton[flat="true"]:hover {{ background: {hover}; }}
QPushButton[flat="true"]:checked {{ background: {chip}; }}
QPushButton[flat="true"]:focus {{ border: 2px solid {accent}; padding: 2px 7px; }}
QPushButton[fold="true"] {{ color: {muted}; text-align: left; padding: 2px 4px 2px 0; border-radius: 5px; }}
QPushButton[fold="true"]:checked {{ background: transparent; }}
QPushButton[fold="true"]:hover {{ color: {text}; }}
QPushButton[fold="true"]:focus {{ border: 2px solid {accent}; padding: 1px 3px 1px 0; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {track}; }}
QToolButton:focus {{ border: 2px solid {accent}; padding: 2px; }}
QToolButton[framed="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; }}
QToolButton[framed="true"]:hover {{ background: {hover}; }}
QToolButton[framed="true"]:checked {{ background: {chip}; border: 1px solid {accent}; }}
QToolButton[framed="true"]:focus {{ border: 2px solid {accent}; padding: 2px; }}
QToolButton::menu-indicator {{ image: none; }}
QFrame[segmented="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 7px; }}
QFrame[segmented="true"] QPushButton {{ background: transparent; border: 1px solid transparent; border-radius: 5px; color: {muted};
  padding: 1px 7px; min-height: 15px; font-size: 11px; }}
QFrame[segmented="true"] QPushButton:hover {{ color: {text}; }}
QFrame[segmented="true"] QPushButton:checked {{ background: {chip}; color: {accent}; font-weight: 600; }}
QFrame[segmented="true"] QPushButton:focus {{ border: 1px solid {accent}; }}
"""

_FIELDS = """
QLineEdit, QComboBox, QAbstractSpinBox {{ background: {field}; border: 1px solid {border}; border-radius: 6px; padding: 1px 7px;
  min-height: 22px; selection-background-color: {primary}; selection-color: {accent_text}; }}
QLineEdit:hover, QComboBox:hover {{ border-color: {control}; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border: 2px solid {accent}; padding: 0 6px; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {control}; background: {window}; }}
QLineEdit[invalid="true"], QComboBox[invalid="true"] {{ border: 1px solid {danger}; }}
QLineEdit[invalid="true"]:focus, QComboBox[invalid="true"]:focus {{ border: 2px solid {danger}; }}
QLineEdit[bare="true"] {{ background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0; min-height: 14px; }}
QLineEdit[bare="true"]:focus {{ border: 1px solid {accent}; padding: 0; }}
QComboBox {{ combobox-popup: 0; padding-right: 2px; }}
QComboBox:focus {{ padding-right: 1px; }}
QComboBox::drop-down {{ border: 0; width: 20px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox[quiet="true"] {{ background: transparent; border: 1px solid transparent; color: {muted}; min-height: 18px; }}
QComboBox[quiet="true"]:hover {{ border-color: {border}; background: {surface}; color: {text}; }}
QComboBox[quiet="true"]:focus {{ border: 2px solid {accent}; }}
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus {{ background: {surface}; border: 1px solid {control};
  border-radius: 0; padding: 3px; outline: 0;
  selection-background-color: {chip}; selection-color: {text}; }}
QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 6px; border-radius: 4px; }}
QPlainTextEdit, QTextBrowser, QTextEdit {{ background: {field}; border: 1px solid {border}; border-radius: 6px;
  selection-background-color: {primary}; selection-color: {accent_text}; }}
QProgressBar {{ background: {track}; border: 0; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
"""

_VIEWS = """
QTabWidget::pane {{ border: 0; border-top: 1px solid {border}; }}
QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {muted}; padding: 7px 12px; border: 0; border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTableView, QTreeView, QListView {{ background: {surface}; alternate-background-color: {canvas}; border: 1px solid {border};
  border-radius: 6px; gridline-color: {grid}; selection-background-color: {chip}; selection-color: {text}; }}
QTableView:focus, QTreeView:focus, QListView:focus {{ border: 1px solid {accent}; }}
QTableView::item {{ padding: 0 5px; }}
QHeaderView {{ background: {surface}; }}
QHeaderView::section {{ background: {canvas}; color: {muted}; border: 0; border-bottom: 1px solid {border}; padding: 5px 8px; }}
QHeaderView::section:vertical {{ background: {surface}; border: 0; padding: 0 8px; font-size: 11px; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QTableCornerButton::section {{ background: {canvas}; border: 0; }}
QGraphicsView {{ background: {canvas}; border: 0; }}
QLabel[chip="true"] {{ background: {chip}; border-radius: 9px; padding: 1px 9px; min-height: 16px; max-height: 16px; font-size: 11px; }}
QLabel[chip="true"][kind="warning"] {{ background: {warning_soft}; color: {warning}; }}
QLabel[chip="true"][kind="error"] {{ background: {danger_soft}; color: {danger}; }}
QLabel[chip="true"][kind="on"] {{ background: {primary}; color: {accent_text}; }}
QLabel[chip="true"][clickable="true"] {{ border: 1px solid transparent; min-height: 14px; max-height: 14px; }}
QLabel[chip="true"][opens="true"] {{ padding-right: 14px; padding-left: 7px; }}
QLabel[chip="true"][clickable="true"]:hover {{ border-color: {control}; }}
QLabel[chip="true"][clickable="true"]:focus {{ border-color: {accent}; }}
QFrame[notice="true"] {{ background: {chip}; border: 0; border-left: 3px solid {accent}; border-radius: 4px; }}
QFrame[notice="true"][kind="warning"] {{ background: {warning_soft}; border-left-color: {warning}; }}
QFrame[notice="true"][kind="error"] {{ background: {danger_soft}; border-left-color: {danger}; }}
QFrame[pill="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 10px; }}
QFrame[pill="true"] QToolButton {{ border-radius: 8px; padding: 0; }}
QToolButton[round="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 9px; padding: 0; }}
QToolButton[round="true"]:hover {{ background: {chip}; border-color: {accent}; }}
QToolButton[round="true"]:focus {{ border: 2px solid {accent}; }}
QToolButton[tile="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 7px; padding: 2px 7px; }}
QToolButton[tile="true"]:hover {{ background: {chip}; border-color: {accent}; }}
QToolButton[tile="true"]:focus {{ border: 2px solid {accent}; padding: 1px 6px; }}
QLabel[readout="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 5px; padding: 4px 7px; font-size: 11px; }}
QLabel[hint="true"] {{ color: {muted}; font-size: 11px; }}
QLabel[figure="true"] {{ font-size: 11px; }}
"""


def stylesheet(colours: "Colours") -> str:
    """Return the stylesheet in `colours`."""
    return (_BASE + _BUTTONS + _FIELDS + _VIEWS).format(**{name: value for name, value in vars(colours).items() if isinstance(value, str)})
