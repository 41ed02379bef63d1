"""What the test destination does with one request: an ordinary answer, or one of many ways to misbehave."""

import dataclasses
import socket
import struct
from typing import Optional


@dataclasses.dataclass
class Reply:
    """What one request gets. `fault` replaces the ordinary answer:

    reset_in_body     the connection is reset after `fault_bytes` of the body
    reset             ... after the whole request, without an answer
    reset_in_reply    ... in the middle of the answer
    truncated         the answer's body is shorter than its length says; the connection ends
    malformed         the answer is not HTTP
    endless_headers   the answer's headers never end
    endless_body      the answer's body never ends
    half_close        nothing more is sent, the connection stays half open
    silent            the request is read and never answered
    """

    status: int = 202
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    fault: str = ""
    fault_bytes: int = 0


@dataclasses.dataclass
class Request:
    connection: int
    method: str
    path: str
    headers: dict
    arrived: float  # time.monotonic() when its headers were there
    body: bytes = b""
    plain: bytes = b""
    records: list = dataclasses.field(default_factory=list)
    status: Optional[int] = None  # what was answered; None: a fault


def refuse_record(marker, status, **reply):
    """A rule: every request that holds a record with these bytes is refused."""
    return lambda request: Reply(status, **reply) if marker in request.plain else None


def limit_body(plain_bytes, status=413):
    """A rule: a body longer than this (before compression) is refused."""
    return lambda request: Reply(status) if len(request.plain) > plain_bytes else None


def misbehave(sock, reply, stopping):
    """Does what `reply.fault` says; what lasts, lasts until the client leaves or the event `stopping` is set."""
    if reply.fault == "reset":
        reset_on_close(sock)
    elif reply.fault == "reset_in_reply":
        sock.sendall(b"HTTP/1.1 2")
        reset_on_close(sock)
    elif reply.fault == "truncated":
        sock.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf of")
    elif reply.fault == "malformed":
        sock.sendall(b"\x00\x01 no protocol that anybody speaks \xff\r\n\r\n")
    elif reply.fault == "endless_headers":
        _send_for_ever(sock, stopping, b"HTTP/1.1 202 Accepted\r\n", b"X-Padding: " + b"x" * 1000 + b"\r\n")
    elif reply.fault == "endless_body":
        _send_for_ever(sock, stopping, b"HTTP/1.1 202 Accepted\r\n\r\n", b"x" * 65536)
    elif reply.fault == "half_close":
        sock.shutdown(socket.SHUT_WR)
        stopping.wait()
    elif reply.fault == "silent":
        stopping.wait()
    else:
        raise ValueError(f"no such fault: {reply.fault}")


def reset_on_close(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _send_for_ever(sock, stopping, start, more):
    sock.sendall(start)
    while not stopping.is_set():
        sock.sendall(more)
