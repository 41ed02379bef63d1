"""HTTP/1.1 requests read off a socket, and the log records in their bodies.

Just enough of a server's side, on plain sockets, so that a test can misbehave at any byte. Not a general server.
"""

import json
import zlib

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 256 * 1024 * 1024
READ_SIZE = 256 * 1024


class WireError(Exception):
    """The client sent something that a strict destination would not accept."""


class Reader:
    """Bytes of one connection. Ends by ConnectionError when the client leaves in the middle of something."""

    def __init__(self, sock):
        self._sock = sock
        self._buffer = bytearray()

    def head(self):
        """The request line and the headers as (method, path, {lower-case name: value}), or None at a clean end."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > HEAD_LIMIT:
                raise WireError("endless headers")
            if not self._more():
                if self._buffer:
                    raise ConnectionError("the client left in the middle of the headers")
                return None
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        method, path, version = lines[0].split(" ")
        if version != "HTTP/1.1":
            raise WireError(f"unexpected version {version}")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return method, path, headers

    def body(self, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunked()
        return self.exactly(int(headers.get("content-length", "0")))

    def exactly(self, size):
        if size > BODY_LIMIT:
            raise WireError(f"a body of {size} bytes")
        while len(self._buffer) < size:
            if not self._more():
                raise ConnectionError("the client left in the middle of a body")
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _chunked(self):
        body = bytearray()
        while size := int(self._line(), 16):
            body += self.exactly(size)
            self.exactly(2)
        self._line()
        return bytes(body)

    def _line(self):
        while (end := self._buffer.find(b"\r\n")) < 0:
            if not self._more():
                raise ConnectionError("the client left in the middle of a line")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _more(self):
        data = self._sock.recv(READ_SIZE)
        self._buffer += data
        return bool(data)


def gunzip(body):
    """The plain bytes of a body that is exactly one gzip member: some destinations read only the first."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body) + inflater.flush()
    except zlib.error as error:
        raise WireError(f"not gzip: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise WireError("not one whole gzip member")
    return plain


def split_records(plain, content_type):
    """The records of a body as the bytes that were sent, in order."""
    if content_type == "application/x-ndjson":
        if plain and not plain.endswith(b"\n"):
            raise WireError("the last NDJSON line has no end")
        return plain.split(b"\n")[:-1]
    if content_type == "application/json":
        return _split_array(plain.decode("utf-8"))
    raise WireError(f"content type {content_type!r}")


def _split_array(text):
    """One object, or the elements of one array."""
    decoder = json.JSONDecoder()
    text = text.strip()
    if not text.startswith("["):
        decoder.decode(text)
        return [text.encode("utf-8")]
    records, at = [], 1
    while text[at:].lstrip()[:1] != "]":
        at += len(text[at:]) - len(text[at:].lstrip(" \r\n\t,"))
        _, end = decoder.raw_decode(text, at)
        records.append(text[at:end].encode("utf-8"))
        at = end
    return records
