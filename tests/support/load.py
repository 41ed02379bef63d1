"""Load for tests that break things: numbered records over HTTP, with a note of which were acknowledged.

A number is sent once. What becomes of a post that wasn't answered, or not with 200, is open: its records may arrive.
"""

import http.client
import random
import threading
import time

from tests.support.senders import send_tcp
from tests.support.tracked import tracked


class Load:
    """`each` records a post, drawn from this range; `size` bytes each, else sizes that straddle everything."""

    def __init__(self, connections=4, each=range(1, 40), size=None, pause=0.0, seed=1):
        self.acknowledged = set()
        self.unanswered = set()  # the connection ended, or no answer came
        self.refused = set()     # answered, not with 200
        self.accepted = set()    # sent over TCP, which has no answer
        self.statuses = []
        self.waits = []          # seconds from post to answer
        self.sent = 0            # numbers below it were given out
        self.pause = pause
        self._distrusted = False
        self._each, self._size = each, size
        self._connections = connections
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = []
        self._posts_left = None

    def start(self, address, posts=None):
        """Begins to post, `posts` times or until stop(). Ends by itself where the daemon is gone."""
        self._stopping.clear()
        self._distrusted = False
        self._posts_left = posts
        self._threads = [threading.Thread(target=self._run, args=(address,), daemon=True)
                         for _ in range(self._connections)]
        for thread in self._threads:
            thread.start()

    def stop(self, timeout=30.0):
        """Posts nothing more, and waits for the answers that are due."""
        self._stopping.set()
        self.join(timeout)

    def join(self, timeout=30.0):
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), f"a post is not answered within {timeout} s"

    def post(self, address, posts):
        """Posts so many times and waits for the answers."""
        self.start(address, posts)
        self.join()

    def send_tcp(self, address, count, timeout=30.0):
        """One connection that is closed in the ordinary way."""
        with self._lock:
            numbers = range(self.sent, self.sent + count)
            self.sent += count
        send_tcp(address, b"".join(tracked(number, self._size) + b"\n" for number in numbers), timeout)
        self.accepted.update(numbers)

    def distrust(self):
        """Until the next start an acknowledgement counts for nothing: the disk is about to lie."""
        with self._lock:
            self._distrusted = True

    def _next(self):
        """The numbers of the next post."""
        with self._lock:
            if self._posts_left is not None:
                if self._posts_left == 0:
                    return None
                self._posts_left -= 1
            first = self.sent
            self.sent += self._random.choice(self._each)
            return range(first, self.sent)

    def _run(self, address):
        connection = http.client.HTTPConnection(*address, timeout=20)
        try:
            while not self._stopping.is_set() and (numbers := self._next()) is not None:
                body = b"".join(tracked(number, self._size) + b"\n" for number in numbers)
                status, wait = self._post(connection, body)
                self._note(numbers, status)
                if status is None:
                    return
                self._stopping.wait(max(self.pause, wait))
        finally:
            connection.close()

    def _post(self, connection, body):
        """The status (None: no answer) and how long to wait before the next."""
        began = time.monotonic()
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/x-ndjson"})
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return None, 0.0
        self.waits.append(time.monotonic() - began)
        return reply.status, 0.0 if reply.status == 200 else 0.05

    def _note(self, numbers, status):
        with self._lock:
            self.statuses.append(status)
            known = {200: self.acknowledged, None: self.unanswered}.get(status, self.refused)
            (self.unanswered if self._distrusted else known).update(numbers)

    def taken(self):
        """What must arrive, as long as no daemon was killed since something was sent over TCP."""
        with self._lock:
            return self.acknowledged | self.accepted

    def summary(self):
        return (f"{self.sent} sent: {len(self.acknowledged)} acknowledged, {len(self.unanswered)} unanswered, "
                f"{len(self.refused)} refused, {len(self.accepted)} over TCP")
