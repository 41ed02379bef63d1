"""What `rename: {timestamp: dt}` and `redact: {}` should make of a record, worked out a second time.

Made to compare the daemon's output with, byte by byte, so it shares nothing with it: regular expressions over the raw
text instead of an index, one value at a time instead of one scan. Right for the records of corpus.py (detectors are
as simple as those allow); the hard cases of redaction stand in tests/golden/ and beside the step itself.
"""

import json
import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')

SENSITIVE_NAMES = ("password", "passwd", "secret", "apikey", "token", "authorization", "cookie", "setcookie")
SENSITIVE_ENDINGS = ("token", "secret", "password")

DETECTORS = (
    ("jwt", re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")),
    ("bearer", re.compile(r"(?<=\bBearer )[\w.~+/-]{8,}=*")),
    ("aws_access_key", re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    ("card", re.compile(r"\b(?:4111 1111 1111 1111|5500-0000-0000-0004|4012888888881881)\b")),
    ("us_ssn", re.compile(r"\b536-22-8726\b")),
    ("iban", re.compile(r"\bDE89370400440532013000\b")),
)
EMAIL = re.compile(r"\b([\w])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")


def transform(record):
    """The record's bytes after both steps."""
    text = record.decode("utf-8")
    out, copied = [], 0
    for start, end, replacement in _edits(text):
        out += [text[copied:start], replacement]
        copied = end
    return "".join(out + [text[copied:]]).encode("utf-8")


def _edits(text):
    """(start, end, replacement) of everything that changes, in order."""
    tokens = list(TOKEN.finditer(text))
    depth, position = 0, 0
    while position < len(tokens):
        token = tokens[position]
        following = tokens[position + 1].group() if position + 1 < len(tokens) else ""
        if token.group().startswith('"') and following == ":":
            name = json.loads(token.group())
            if depth == 1 and name == "timestamp":
                yield token.start(), token.end(), '"dt"'
            position += 2
            if _is_sensitive(name):
                last = _last_of_value(tokens, position)
                yield tokens[position].start(), tokens[last].end(), '"[REDACTED:field]"'
                position = last + 1
            continue
        if token.group().startswith('"'):
            value = json.loads(token.group())
            redacted = _redact(value)
            if redacted != value:
                yield token.start(), token.end(), json.dumps(redacted, ensure_ascii=False)
        depth += token.group() in ("{", "[")
        depth -= token.group() in ("}", "]")
        position += 1


def _is_sensitive(name):
    plain = name.lower().replace("-", "").replace("_", "")
    return plain in SENSITIVE_NAMES or plain.endswith(SENSITIVE_ENDINGS)


def _last_of_value(tokens, position):
    depth = 0
    while True:
        depth += tokens[position].group() in ("{", "[")
        depth -= tokens[position].group() in ("}", "]")
        if depth == 0:
            return position
        position += 1


def _redact(text):
    for kind, pattern in DETECTORS:
        text = pattern.sub(f"[REDACTED:{kind}]", text)
    return EMAIL.sub(r"\1***@\2", text)
