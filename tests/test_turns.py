from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from zonetrack.turns import TURN, in_turns


def test_exports_make_their_pieces_one_after_another():
    working, worst, lock = 0, 0, Lock()

    def pieces():
        nonlocal working, worst
        for _ in range(20):
            with lock:
                working += 1
                worst = max(worst, working)
            Event().wait(0.001)
            with lock:
                working -= 1
            yield b"piece"

    with ThreadPoolExecutor(4) as people:
        made = list(people.map(lambda _: list(in_turns(pieces())), range(4)))
    assert [len(each) for each in made] == [20] * 4
    assert worst == 1


def test_whoever_reads_slowly_holds_up_no_other_export():
    slow = in_turns(iter([b"1", b"2"]))
    assert next(slow) == b"1"
    with ThreadPoolExecutor(1) as other:
        assert other.submit(list, in_turns(iter([b"3"]))).result(timeout=20) == [b"3"]
    assert list(slow) == [b"2"]


def test_an_export_that_fails_gives_its_turn_back():
    def broken():
        yield b"1"
        raise OSError

    pieces = in_turns(broken())
    assert next(pieces) == b"1"
    with pytest.raises(OSError):
        next(pieces)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(TURN.acquire, blocking=False).result(timeout=20)
