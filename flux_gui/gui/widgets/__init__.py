"""Small finished parts of any window; they know nothing of networks."""

from flux_gui.gui.widgets.chip import Chip
from flux_gui.gui.widgets.choice_field import ChoiceField
from flux_gui.gui.widgets.elided_label import ElidedLabel
from flux_gui.gui.widgets.error_note import ErrorNote
from flux_gui.gui.widgets.flow_row import FlowRow
from flux_gui.gui.widgets.fold import Fold
from flux_gui.gui.widgets.help_mark import HelpMark
from flux_gui.gui.widgets.notice_bar import NoticeBar
from flux_gui.gui.widgets.number_field import NumberField
from flux_gui.gui.widgets.overlay_scroll_area import OverlayScrollArea
from flux_gui.gui.widgets.problem_line import ProblemLine
from flux_gui.gui.widgets.progress_line import ProgressLine
from flux_gui.gui.widgets.section import Section
from flux_gui.gui.widgets.segmented import Segmented
from flux_gui.gui.widgets.slider_field import SliderField
from flux_gui.gui.widgets.text_field import TextField
from flux_gui.gui.widgets.tiles import Tiles
from flux_gui.gui.widgets.toggle import Toggle

__all__ = [
    "Chip",
    "ChoiceField",
    "ElidedLabel",
    "ErrorNote",
    "FlowRow",
    "Fold",
    "HelpMark",
    "NoticeBar",
    "NumberField",
    "OverlayScrollArea",
    "ProblemLine",
    "ProgressLine",
    "Section",
    "Segmented",
    "SliderField",
    "TextField",
    "Tiles",
    "Toggle",
]
