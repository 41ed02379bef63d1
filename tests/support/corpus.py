"""Log records as an application with structlog writes them: 350 to 600 bytes, one in eight with personal data.

Three shapes: flat with a nested request; category and extra; context and metadata with a user agent. A corpus has
some hundred different texts, made from a seed, and any number of records: each text is used again and again, with
another `id` ("rec-000000042") in its middle. So big corpora are made fast, and what the daemon should make of them is
worked out once a text.
"""

import json
import random
import sys

ID = "rec-000000000"
RAW = {"@max@": "18446744073709551615", "@huge@": "1e400", "@zero@": "-0.0", "@fine@": "0.1000000000000000055"}

MESSAGES = (
    "request finished", "cache miss, loading from the primary", "payment authorised by the provider",
    "user signed in", "job picked up by worker 7", "retrying after a time-out of the upstream service",
    "caf\u00e9 table 12 was reserved \u2013 d\u00e9tails follow", 'parsed "quoted" \\ value\twith tab',
    "rate limit is near: 4711 of 5000 calls used", "ledger row 550e8400-e29b-41d4-a716-446655440000 written",
)
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "python-requests/2.32.3",
)
# Personal data inside a text. Well-known test values: none of them belongs to anybody.
TEXTS = (
    "mail to {name}@example.com was accepted", "contact {name}.smith+news@mail.example.co.uk for details",
    "card 4111 1111 1111 1111 was charged", "card 5500-0000-0000-0004 was declined", "paid with 4012888888881881 today",
    "sent header Bearer b7d03a6947b217efb6f3ec3bd3504582 to upstream",
    "session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n1I9PlFUP0THsR8U ended",
    "applicant 536-22-8726 was checked", "account DE89370400440532013000 was credited",
    "uploaded with AKIAIOSFODNN7EXAMPLE to the bucket",
)
FIELDS = (
    ("password", "hunter2 and more"), ("api_key", "0f8fad5bd9cb469fa165"), ("access_token", "tok-1f3b7c"),
    ("authorization", "anything at all"), ("Set-Cookie", "sid=31d4d96e407aad42; Path=/"), ("secret", {"a": [1, 2]}),
    ("passwd", 123456),
)


class Corpus:
    """`texts` are pairs of bytes, what stands before and after the id."""

    def __init__(self, seed=1, distinct=512):
        rng = random.Random(seed)
        self.texts = [_text(rng, personal=number % 8 == 3) for number in range(distinct)]

    def record(self, number):
        before, after = self.texts[number % len(self.texts)]
        return b"%brec-%09d%b" % (before, number, after)

    def records(self, count, first=0):
        return [self.record(number) for number in range(first, first + count)]

    def lines(self, count, first=0):
        return b"\n".join(self.records(count, first)) + b"\n"

    def transformed(self, transform):
        """The corpus that `transform` (from one record's bytes to another's) makes of this one."""
        result = Corpus.__new__(Corpus)
        result.texts = [_split(transform(before + ID.encode() + after)) for before, after in self.texts]
        return result

    def write(self, file, size):
        """Writes whole lines until `size` bytes are reached; returns (records, bytes)."""
        count = written = 0
        while written < size:
            block = self.lines(10_000, count)
            file.write(block)
            written += len(block)
            count += 10_000
        return count, written


def _split(text):
    before, after = text.split(ID.encode())
    return before, after


def _text(rng, personal):
    shape = rng.choice((_flat, _category, _context))
    record = shape(rng)
    if personal:
        _add_personal_data(rng, record)
    compact = shape is _context
    text = json.dumps(record, ensure_ascii=rng.random() < 0.5, separators=(",", ":") if compact else None)
    for name, number in RAW.items():
        text = text.replace(f'"{name}"', number)
    return _split(text.encode())


def _flat(rng):
    return {
        "timestamp": _time(rng), "level": rng.choice(("debug", "info", "warning", "error")), "id": ID,
        "logger": "shop.web.views", "event": rng.choice(MESSAGES),
        "request": {
            "method": rng.choice(("GET", "POST")), "path": f"/api/v2/orders/{rng.randrange(100000)}/items",
            "status": rng.choice((200, 201, 404, 500)), "duration_ms": rng.randrange(1, 9_000_000) / 1000,
            "remote": f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}",
            "request_id": _uuid(rng), "cached": rng.random() < 0.5, "referer": None,
        },
        "thread": "ThreadPoolExecutor-0_3", "pid": rng.randrange(2, 65000), "sequence": rng.choice(("@max@", 17)),
    }


def _category(rng):
    return {
        "timestamp": _time(rng), "level": rng.choice(("INFO", "ERROR")), "category": "billing.invoice", "id": ID,
        "message": rng.choice(MESSAGES),
        "extra": {
            "order": f"ORD-2026-{rng.randrange(100000):06d}", "amount": f"{rng.randrange(1, 99999) / 100:.2f}",
            "currency": "EUR", "attempt": rng.randrange(5), "weight": rng.choice(("@huge@", "@zero@", "@fine@", 3.5)),
            "tags": rng.sample(("b2b", "priority", "export", "refund", "gift"), 3), "empty": {}, "none": [],
            "checksum": f"{rng.getrandbits(160):040x}", "version": "4.11.0-rc2",
        },
        "host": f"ip-10-0-{rng.randrange(256)}-17.eu-central-1.compute.internal",
    }


def _context(rng):
    return {
        "level": rng.choice(("info", "error")), "timestamp": _time(rng),
        "context": {"service": "shop-api", "env": "production", "region": "eu-central-1", "id": ID,
                    "trace": f"{rng.getrandbits(128):032x}", "span": f"{rng.getrandbits(64):016x}"},
        "metadata": {"user_agent": rng.choice(AGENTS), "locale": "de-AT", "screen": [rng.randrange(4000), 1080],
                     "feature_flags": {"new_checkout": True, "dark": None}},
        "message": rng.choice(MESSAGES), "duration": rng.randrange(1, 999_999) / 1000,
        "build": f"2026.11.{rng.randrange(30)}+{rng.getrandbits(28):07x}",
    }


def _add_personal_data(rng, record):
    if rng.random() < 0.3:
        name, value = rng.choice(FIELDS)
        inner = next(value for value in record.values() if isinstance(value, dict))
        inner[name] = value
    else:
        key = "event" if "event" in record else "message"
        record[key] = rng.choice(TEXTS).format(name=rng.choice(("ann", "bob", "carla")))


def _time(rng):
    seconds, fraction = rng.randrange(86400), rng.randrange(10**6)
    return f"2026-11-20T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{fraction:06d}Z"


def _uuid(rng):
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


if __name__ == "__main__":
    Corpus().write(sys.stdout.buffer, int(sys.argv[1]))
