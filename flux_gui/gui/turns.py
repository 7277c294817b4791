"""Who is painted in a frame of a running training: the network with all words, or the plots; never both, so that a frame stays short."""

WORDS = 0.08  # seconds between two changes of the network and of words; faster ones cannot be read
LATEST = 0.1  # the network is not shown later than this where frames come often enough
MOST = 2  # frames in a row for the network; then the plots have theirs


class Turns:
    """`network(now)` decides for the frame at `now`, in seconds."""

    def __init__(self) -> None:
        self._frame = self._network = float("-inf")
        self._row = 0

    def network(self, now: float) -> bool:
        """Return whether this frame is the network's: every second one, or two of three where that would be too late."""
        gap, self._frame = now - self._frame, now
        since = now - self._network
        turn = (self._row == 0 and since > WORDS) or (self._row < MOST and since + gap > LATEST)
        self._row = self._row + 1 if turn else 0
        if turn:
            self._network = now
        return turn
