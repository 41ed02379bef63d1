"""A made-up secret as it stands in a text, what of it must never be seen, and where to look for that.

Whoever reads the output may decode it: escapes, percent-encoding, HTML entities, base64, hex, colours. So all of that
is undone here, too, again and again, with nothing of the daemon's own code.
"""

import base64
import binascii
import dataclasses
import html
import re
import urllib.parse

LEVELS = 5
VIEWS_MAX = 200  # of one text

ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"\\/'bfnrt]))")
CONTROL = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
PERCENT_U = re.compile(rb"%u([0-9a-fA-F]{4})")
TERMINAL = re.compile(rb"(?:\x1b\[|\xc2\x9b)[0-?]*[ -/]*[@-~]"  # colours and the like
                      rb"|(?:\x1b[\]PX^_]|\xc2[\x90\x98\x9d-\x9f])[^\x07\x1b\n\xc2]*(?:\x07|\x1b\\|\xc2\x9c)"  # strings
                      rb"|\x1b[ -/]*[0-OQ-WYZ`-~]|\xc2[\x80-\x84\x86-\x9f]|\x00")  # functions
LINE_BREAK = re.compile(rb"\r?\n[ \t]*")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
STANDARD = bytes.maketrans(b"-_", b"+/")
SEPARATORS = bytes.maketrans(b"", b""), b" -.()+\t/"


@dataclasses.dataclass(frozen=True)
class Planted:
    """`pieces`: if one of them can be read in what comes out, something leaked. What a mask may show (the last four
    digits of a card, the domain of an address) is in none of them."""

    text: str
    pieces: tuple

    def leaks(self, output):
        """The piece that can be read in `output` (bytes), or None."""
        return next(readable(self.pieces, output), None)


def pieces_of(secret, count=3):
    """A secret in so many parts: half of it shown is a leak, too. A short one stays whole."""
    size = len(secret) // count
    if size < 8:
        return (secret,)
    return tuple(secret[n * size:(n + 1) * size] for n in range(count))


def readable(pieces, text):
    """Those of the pieces that can be read in a text (bytes)."""
    raw = {piece.encode(): piece for piece in pieces}
    for view in views(text):
        compact = view.translate(*SEPARATORS)
        for piece in [piece for piece in raw if piece in view or piece in compact]:
            yield raw.pop(piece)


def views(text):
    """The text and all that can be decoded out of it."""
    seen, new = {text}, [text]
    for _ in range(LEVELS):
        found = []
        for view in new:
            for decoded in _decoded(view):
                if decoded not in seen and len(seen) < VIEWS_MAX:
                    seen.add(decoded)
                    found.append(decoded)
        if not found:
            break
        new = found
    return seen


def _decoded(text):
    if b"\\" in text:
        yield ESCAPE.sub(_unescape, text)
    if b"%" in text:
        yield PERCENT_U.sub(lambda match: chr(int(match.group(1), 16)).encode("utf-8", "replace"), text)
        yield urllib.parse.unquote_to_bytes(text)
    if b"&" in text and b";" in text:
        yield html.unescape(text.decode("utf-8", "replace")).encode("utf-8", "replace")
    if b"\x1b" in text or b"\0" in text or b"\xc2" in text:
        yield TERMINAL.sub(b"", text)
    if b"\n" in text:
        yield LINE_BREAK.sub(b"", text)
    for run in BASE64.findall(text):
        for skipped in range(4):
            yield _from_base64(run[skipped:])
    for run in HEX.findall(text):
        yield binascii.unhexlify(run)


def _unescape(match):
    unicode, byte, simple = match.groups()
    if simple:
        return CONTROL.get(simple, simple)
    return chr(int(unicode or byte, 16)).encode("utf-8", "replace")


def _from_base64(run):
    run = run[:-1] if len(run) % 4 == 1 else run  # one character alone stands for nothing
    return base64.b64decode(run.translate(STANDARD) + b"=" * (-len(run) % 4))
