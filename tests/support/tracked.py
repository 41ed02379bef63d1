"""Records that can be recognised wherever they turn up: everything in a record follows from its number.

    {"dt":"2026-11-20T12:00:00Z","n":7,"text":"kbpm..."}

The sizes straddle sectors, pages and the sizes of buffers; the text packs to half its size at best, so that a disk
or a memory of a known size can be filled.
"""

import hashlib
import json
import re

SIZES = (100, 200, 300, 400, 511, 512, 513, 600, 700, 1023, 1024, 1025, 180, 260, 4095, 4096, 4097)
LARGE = (16_383, 16_385, 65_535, 65_536, 65_537, 131_073)
LARGE_EVERY = 199  # one record in so many is large

LETTERS = bytes.maketrans(b"0123456789abcdef", b"ghijklmnopqrstuv")  # no digits: no detector takes it for a number
SHAPE = b'{"dt":"2026-11-20T12:00:00Z","n":%d,"text":"%s"}'
NUMBER = re.compile(rb'^\{"dt":"2026-11-20T12:00:00Z","n":(\d+),')


def size_of(number):
    if number % LARGE_EVERY == LARGE_EVERY - 1:
        return LARGE[number // LARGE_EVERY % len(LARGE)]
    return SIZES[number % len(SIZES)]


def tracked(number, size=None):
    """The record with this number; `size` bytes, or what the number says."""
    overhead = len(SHAPE) - 4 + len(str(number))
    length = max((size or size_of(number)) - overhead, 1)
    text = hashlib.shake_128(b"%d of %d" % (number, length)).hexdigest(length // 2 + 1)[:length]
    return SHAPE % (number, text.encode().translate(LETTERS))


def number_of(record):
    """None: it is not one of these, or not as it was sent."""
    found = NUMBER.match(record)
    if not found:
        return None
    number = int(found.group(1))
    return number if record == tracked(number, len(record)) else None


def gap_of(record):
    """What a gap marker says: {"records":..., "from":..., "to":..., "reason":...}; None: it is none."""
    if b'"gap"' not in record:
        return None
    return json.loads(record).get("towline", {}).get("gap")
