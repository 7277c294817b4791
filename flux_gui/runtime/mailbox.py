"""A mailbox that holds only the latest value: the writer never waits, the reader never sees the same value twice."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """One slot. `wanted` is true when the last value was taken, so that a writer can skip work nobody waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None

    @property
    def wanted(self) -> bool:
        """Whether the slot is empty."""
        return self._value is None

    def put(self, value: T) -> None:
        """Leave `value`, replacing one that was not taken."""
        with self._lock:
            self._value = value

    def take(self) -> T | None:
        """Return the latest value and empty the slot; None when there is none."""
        with self._lock:
            value, self._value = self._value, None
        return value
