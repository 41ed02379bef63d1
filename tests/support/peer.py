"""A log destination over HTTPS that takes records as Better Stack does, and misbehaves when it is told to.

In a test:   with Peer(certificates) as peer: peer.next(Reply(503)); ...; peer.wait_for(10); peer.records()
By hand:     python3 -m tests.support.peer --port 9443 --token secret

A request is answered, in this order, by what `next` has queued, by the first rule that gives a reply, by the checks
of a strict destination (token, content type, gzip, one record a line), by `default`.
"""

import argparse
import collections
import pathlib
import socket
import struct
import sys
import tempfile
import threading
import time

from tests.support.certificates import Certificates
from tests.support.exchange import Reply, Request, misbehave, reset_on_close
from tests.support.http_wire import Reader, WireError, gunzip, split_records

REASONS = {202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 413: "Payload Too Large"}


class Peer:
    """One destination on 127.0.0.1. Made listening unless `listening` is False; its port is its own from the start.

    `on_connect`: "serve", or what happens instead on a new connection: "silent" (accepted, never a byte), "reset",
    "plain_text" (no TLS). Set `token` to None to take every token. `keep` False counts bytes and keeps no request.
    `observe` is given every request when it is answered; requests are not kept then either.
    """

    def __init__(self, certificates=None, *, certificate="good", token="test-token", listening=True, port=0, keep=True,
                 observe=None):
        self.token = token
        self.token_status = 403
        self.default = Reply()
        self.on_connect = "serve"
        self.violations = []  # what a strict destination would object to; a test ends by looking here
        self.requests = []
        self.body_bytes = 0
        self.plain_bytes = 0
        self.ca_file = certificates.ca_file if certificates else None
        self._context = certificates.server_context(certificate) if certificates else None
        self._keep = keep
        self._observe = observe
        self._queued = collections.deque()
        self._rules = []
        self._accepted = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._connections = {}
        self._connections_seen = 0
        self._threads = []
        self._listener = self._bind(port)
        self.port = self._listener.getsockname()[1]
        if listening:
            self.listen()

    @property
    def url(self):
        return f"{'https' if self._context else 'http'}://localhost:{self.port}/"

    # Control.

    def next(self, *replies):
        with self._changed:
            self._queued.extend(replies)

    def rule(self, rule):
        with self._changed:
            self._rules.append(rule)

    def clear_rules(self):
        with self._changed:
            self._rules.clear()
            self._queued.clear()

    def listen(self):
        self._listener.listen(64)
        self._spawn(self._accept_loop, self._listener)

    def go_away(self):
        """From now on connections are refused, and those that exist are closed. `listen` brings it back."""
        self._close_listener()
        self._reset_connections()
        self._listener = self._bind(self.port)

    def stop(self):
        self._stopping.set()
        self._close_listener()
        self._reset_connections()
        for thread in self._threads:
            thread.join(timeout=5)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    # What arrived.

    def records(self):
        """Every record of a request that was answered 2xx, in the order of the answers."""
        with self._changed:
            return list(self._accepted)

    def statuses(self):
        with self._changed:
            return [request.status for request in self.requests]

    def wait_for(self, count, timeout=10.0):
        """Waits until `count` records are accepted; fails otherwise. More than `count` are the caller's to find."""
        self.wait_until(lambda: len(self._accepted) >= count, timeout,
                        lambda: f"{len(self._accepted)} of {count} records arrived; statuses {self.statuses()[-20:]}")

    def wait_for_requests(self, count, timeout=10.0):
        self.wait_until(lambda: len(self.requests) >= count, timeout,
                        lambda: f"{len(self.requests)} of {count} requests arrived")

    def wait_until(self, condition, timeout, describe):
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise AssertionError(f"after {timeout} s: {describe()}")

    # The server.

    @staticmethod
    def _bind(port):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        return listener

    def _close_listener(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # close alone would not wake the thread that accepts
        except OSError:
            pass  # it was not listening
        self._listener.close()

    def _spawn(self, target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept_loop(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return  # closed by go_away or stop
            self._connections_seen += 1
            self._spawn(self._connection, sock, self._connections_seen)

    def _connection(self, sock, number):
        self._connections[number] = sock
        try:
            if self._greet(sock):
                self._serve(self._secure(sock, number), number)
        except (OSError, ConnectionError):
            pass  # the client left, or was made to: what that means is the test's question
        except (WireError, ValueError) as error:
            self._violation(f"{type(error).__name__}: {error}")
        finally:
            self._connections.pop(number).close()

    def _greet(self, sock):
        if self.on_connect == "silent":
            self._stopping.wait()
        elif self.on_connect == "reset":
            reset_on_close(sock)
        elif self.on_connect == "plain_text":
            sock.sendall(b"220 this is not the service you are looking for\r\n")
        return self.on_connect == "serve"

    def _secure(self, sock, number):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context:
            sock.settimeout(10)
            sock = self._context.wrap_socket(sock, server_side=True)
            sock.settimeout(None)
            self._connections[number] = sock
        return sock

    def _serve(self, sock, number):
        reader = Reader(sock)
        while (head := reader.head()) is not None:
            request = Request(number, *head, arrived=time.monotonic())
            with self._changed:
                scripted = self._queued.popleft() if self._queued else None
            if request.headers.get("expect", "").lower() == "100-continue":
                sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            if scripted and scripted.fault == "reset_in_body":
                reader.exactly(scripted.fault_bytes)
                self._note(request)
                reset_on_close(sock)
                return
            request.body = reader.body(request.headers)
            reply = scripted or self._judge(request)
            if not self._answer(sock, request, reply):
                return

    def _judge(self, request):
        """Opens the body and decides: the rules, then the checks of a strict destination, then the default."""
        if not self._keep:
            return self.default
        problem = self._open(request)
        with self._changed:
            rules = list(self._rules)
        for rule in rules:
            if (reply := rule(request)) is not None:
                return reply
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(self.token_status, body=b"Unauthorized")
        if problem:
            self._violation(problem)
            return Reply(406, body=b"Couldn't parse JSON content.")
        return self.default

    def _open(self, request):
        try:
            encoding = request.headers.get("content-encoding", "identity")
            request.plain = gunzip(request.body) if encoding == "gzip" else request.body
            request.records = split_records(request.plain, request.headers.get("content-type", ""))
        except (WireError, ValueError) as error:
            return str(error)
        return "" if request.method == "POST" else f"method {request.method}"

    def _answer(self, sock, request, reply):
        """Sends the answer; False where the connection ends with it."""
        if not request.plain and self._keep:
            self._open(request)  # a scripted reply: the test may still want to see what was sent
        if reply.delay:
            self._stopping.wait(reply.delay)
        if reply.fault:
            self._note(request)
            misbehave(sock, reply, self._stopping)
            return False
        headers = {"Content-Length": str(len(reply.body)), **reply.headers}
        head = f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Status')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request.status = reply.status
        # Noted first: a test that asks the daemon's ledger must not find the peer behind.
        self._note(request)
        sock.sendall(head.encode() + b"\r\n" + reply.body)
        return headers.get("Connection") != "close"

    def _note(self, request):
        if self._observe:
            self._observe(request)
            return
        with self._changed:
            self.body_bytes += len(request.body)
            if self._keep:
                self.plain_bytes += len(request.plain)
                self.requests.append(request)
                if request.status is not None and 200 <= request.status < 300:
                    self._accepted.extend(request.records)
            elif request.headers.get("content-encoding") == "gzip":
                self.plain_bytes += struct.unpack("<I", request.body[-4:])[0]  # gzip ends on the plain length
            else:
                self.plain_bytes += len(request.body)
            self._changed.notify_all()

    def _violation(self, text):
        with self._changed:
            self.violations.append(text)
            self._changed.notify_all()

    def _reset_connections(self):
        for sock in list(self._connections.values()):
            try:
                reset_on_close(sock)
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # gone already


def main():
    parser = argparse.ArgumentParser(description="A local log destination that prints the records it takes.")
    parser.add_argument("--port", type=int, default=9443)
    parser.add_argument("--token", default="test-token", help="the bearer token to expect")
    parser.add_argument("--status", type=int, default=202, help="what to answer")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--certificates", help="directory to keep the certificates in")
    arguments = parser.parse_args()

    directory = pathlib.Path(arguments.certificates or tempfile.mkdtemp(prefix="towline-peer-"))
    with Peer(Certificates(directory), token=arguments.token, port=arguments.port) as peer:
        peer.default = Reply(arguments.status, delay=arguments.delay)
        print(f"taking records at {peer.url}\nBETTERSTACK_URL={peer.url} BETTERSTACK_SOURCE_TOKEN={arguments.token} "
              f"BETTERSTACK_CA_FILE={peer.ca_file} make run", file=sys.stderr)
        shown = 0
        try:
            while True:
                peer.wait_until(lambda: len(peer.requests) > shown, 1e9, str)
                for request in peer.requests[shown:]:
                    shown += 1
                    size = f"{len(request.records)} records, {len(request.body)} bytes"
                    print(f"{request.status} {size}", file=sys.stderr)
                    for record in request.records:
                        print(record.decode("utf-8", "replace"), flush=True)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
