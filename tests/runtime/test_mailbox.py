"""Tests of the mailbox: latest value only, each seen once, from any thread."""

import threading

from flux_gui.runtime.mailbox import Mailbox


def test_only_the_latest_value_is_kept_and_taken_once() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.wanted
    assert box.take() is None
    box.put(1)
    box.put(2)
    assert not box.wanted
    assert box.take() == 2
    assert box.take() is None
    assert box.wanted


def test_a_reader_in_another_thread_sees_growing_values_and_the_last_one() -> None:
    box: Mailbox[int] = Mailbox()
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or not box.wanted:
            value = box.take()
            if value is not None:
                seen.append(value)

    reader = threading.Thread(target=read)
    reader.start()
    for value in range(2000):
        box.put(value)
    done.set()
    reader.join()
    assert seen == sorted(set(seen))
    assert seen[-1] == 1999
