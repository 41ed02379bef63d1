"""The judge of the fault tests: it sees every request that a destination gets, and knows what each must hold.

Nothing corrupt, nothing invented, one content to an idempotency key for ever, and nothing twice, unless the first
delivery was so shortly before a fault that it couldn't have been saved.
"""

import bisect
import hashlib
import json
import threading
import time

from tests.support.tracked import gap_of, number_of

# A delivery is saved within this time: checkpoints are written each second, and a busy machine is late.
UNSAVED = 2.0
# What is told of a fault is told just before it happens.
LATE = 0.5


class Oracle:
    def __init__(self, key_header="idempotency-key"):
        self.delivered = {}  # number: when it was delivered last
        self.deliveries = 0  # of records with a number, duplicates included
        self.gaps = []       # what gap markers said
        self.problems = []
        self.keys = set()
        self._key_header = key_header
        self._contents = {}  # idempotency key: digest of the records
        self._forgiving = False
        self._faults = []    # when they happened
        self.lock = threading.Lock()

    def fault(self):
        """Something breaks right now: deliveries of late may not have been saved, or their answers get lost."""
        with self.lock:
            self._faults.append(time.monotonic())

    def forgive_duplicates(self):
        """From now on a duplicate is no problem: what was delivered has been forgotten for good."""
        self._forgiving = True

    def observe(self, request):
        """Takes a request that was answered, or got none. Called by the destination, from any thread."""
        numbers = [number_of(record) for record in request.records]
        gaps = [gap_of(record) if number is None else None for number, record in zip(numbers, request.records)]
        with self.lock:
            self._check_key(request, gaps)
            if request.status is None or not 200 <= request.status < 300:
                return
            now = time.monotonic()
            for number, gap, record in zip(numbers, gaps, request.records):
                if number is not None:
                    self._take(number, now)
                elif gap is not None:
                    self.gaps.append(gap)
                else:
                    self.problems.append(f"corrupt: {record[:100]!r}")

    def _check_key(self, request, gaps):
        key = request.headers.get(self._key_header)
        if key is None or not request.records:
            return
        self.keys.add(key)
        content = hashlib.blake2b()
        for gap, record in zip(gaps, request.records):  # a marker says when it was made: that may change
            content.update(record if gap is None else json.dumps(gap, sort_keys=True).encode())
        if self._contents.setdefault(key, content.digest()) != content.digest():
            self.problems.append(f"another content under the key {key}")

    def _take(self, number, now):
        self.deliveries += 1
        before = self.delivered.get(number)
        if before is not None and not self._forgiving and not self._is_excused(before):
            self.problems.append(f"duplicate of {number}, delivered {now - before:.2f} s before")
        self.delivered[number] = now

    def _is_excused(self, before):
        """Did a fault come so soon after this delivery that it may have been forgotten?"""
        index = bisect.bisect_left(self._faults, before - LATE)
        return index < len(self._faults) and self._faults[index] - before <= UNSAVED

    def duplicates(self):
        return self.deliveries - len(self.delivered)

    def dropped(self, reason=None):
        """How many records the gap markers speak of."""
        with self.lock:
            return sum(gap["records"] for gap in self.gaps if reason in (None, gap["reason"]))

    def missing(self, numbers):
        with self.lock:
            return set(numbers).difference(self.delivered)

    def check(self, sent):
        """`sent`: numbers below it exist."""
        with self.lock:
            invented = [number for number in self.delivered if not 0 <= number < sent]
            assert not invented, f"invented: {invented[:10]}"
            assert not self.problems, self.problems[:10]
