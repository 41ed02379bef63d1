"""The judge itself: it takes what is right, and finds each thing that must never happen."""

import pytest

from tests.support import oracle as judge
from tests.support.exchange import Request
from tests.support.oracle import Oracle
from tests.support.tracked import LARGE, SIZES, gap_of, number_of, size_of, tracked

MARKER = (b'{"dt":"2026-11-20T12:00:%02dZ","message":"towline: ...","towline":{"gap":{"records":12,"from":"a","to":"b",'
          b'"reason":"drop_oldest"}}}')


def request(*records, key="k", status=202):
    return Request(1, "POST", "/", {"idempotency-key": key}, 0.0, plain=b"", records=list(records), status=status)


def judged(*requests, sent=100):
    oracle = Oracle()
    for each in requests:
        oracle.observe(each)
    oracle.check(sent)
    return oracle


def test_records_are_what_their_number_says():
    for number in range(2000):
        record = tracked(number)
        assert len(record) == size_of(number) and number_of(record) == number
    assert {size_of(number) for number in range(2000)} == {*SIZES, *LARGE}
    assert len(tracked(5, 10_000)) == 10_000 and number_of(tracked(5, 10_000)) == 5


@pytest.mark.parametrize("change", [
    lambda record: record[:-10] + record[-9:], lambda record: record[:-10] + b"!" + record[-9:],
    lambda record: record.replace(b'"n":7', b'"n":8'), lambda record: record + b" ", lambda record: b"{}",
])
def test_a_changed_record_is_found(change):
    assert number_of(change(tracked(7))) is None


def test_what_is_right():
    oracle = judged(request(tracked(1), tracked(2)), request(MARKER % 1, key="g"), request(tracked(3), key="c"))
    assert oracle.missing(range(1, 5)) == {4} and oracle.deliveries == 3
    assert oracle.dropped() == oracle.dropped("drop_oldest") == 12 and oracle.dropped("missing") == 0


@pytest.mark.parametrize("requests", [
    [request(tracked(1)[:-1])], [request(tracked(100))], [request(tracked(1)), request(tracked(1))],
    [request(tracked(1)), request(tracked(2))], [request(tracked(1), status=None), request(tracked(2), status=503)],
    [request(MARKER % 1), request(MARKER.replace(b"12", b"13") % 1)],
], ids=["corrupt", "invented", "duplicate", "key", "key of a request that failed", "key of a gap"])
def test_what_is_wrong(requests):
    with pytest.raises(AssertionError):
        judged(*requests)


def test_a_repetition_is_no_duplicate_and_markers_may_be_made_anew():
    judged(request(tracked(1), status=503), request(tracked(1), status=None), request(tracked(1)))
    judged(request(MARKER % 1, status=503), request(MARKER % 2))
    assert gap_of(MARKER % 1)["reason"] == "drop_oldest" and gap_of(b'{"gap":1}') is None


def test_a_duplicate_is_excused_by_a_fault_that_came_soon_after_the_first(monkeypatch):
    clock = iter([0.0, 1.0, 2.0, 3.0])
    monkeypatch.setattr(judge.time, "monotonic", lambda: next(clock))
    oracle = Oracle()
    oracle.observe(request(tracked(1)))  # at 0
    oracle.fault()                       # at 1
    oracle.observe(request(tracked(1)))  # at 2, long after the fault
    oracle.check(100)
    oracle.observe(request(tracked(1)))
    with pytest.raises(AssertionError):
        oracle.check(100)
