"""Numbers and times that are nothing else.

They are as they come in life, with one exception: a number of 14 to 19 digits that begins like a card and happens to
have a right check digit is a card number to everybody, so those are left out.
"""

import datetime

from tests.redaction.personal import digits, luhn_digit

BASE = 1_795_190_000  # seconds, November 2026


def is_card(number):
    """Any that may be one: whoever its issuer is, its check digit is right."""
    return number[0] in "234568" and luhn_digit(number[:-1]) == number[-1]


def long_number(rng, count):
    while True:
        number = str(rng.randrange(1, 10)) + digits(rng, count - 1)
        if not is_card(number):
            return number


def moment(rng):
    return datetime.datetime.fromtimestamp(BASE + rng.randrange(-10**8, 10**8), datetime.timezone.utc)


# Numbers.


def order_numbers(rng):
    return rng.choice((f"ORD-2026-{digits(rng, 7)}", f"order {rng.randrange(10**9, 10**10)}", f"#{digits(rng, 8)}",
                       f"SO{digits(rng, 9)}", f"order no. {long_number(rng, 12)}",
                       f"RMA-{digits(rng, 4)}-{digits(rng, 6)}"))


def long_ids(rng):
    return {"id": int(long_number(rng, rng.randrange(14, 20))), "parent": long_number(rng, 16)}


def epochs(rng):
    seconds = BASE + rng.randrange(-10**8, 10**8)
    return {"s": seconds, "ms": seconds * 1000 + rng.randrange(1000), "us": seconds * 10**6 + rng.randrange(10**6),
            "ns": str(seconds * 10**9 + rng.randrange(10**9)), "f": seconds + rng.randrange(10**6) / 10**6}


def snowflakes(rng):
    return {"snowflake": str((BASE * 1000 - 1_420_070_400_000 + rng.randrange(10**9)) << 22 | rng.getrandbits(22))}


def floats(rng):
    return {"ratio": rng.random(), "score": f"{rng.random():.16f}", "loss": rng.random() * 1e-9,
            "big": rng.random() * 1e12}


def prices(rng):
    return rng.choice((f"EUR {rng.randrange(10**6) / 100:,.2f}", f"${rng.randrange(10**9) / 100:,.2f}",
                       f"total 1.234.{digits(rng, 3)},00 \u20ac", f"{rng.randrange(10**5)} x 19.99 USD"))


def coordinates(rng):
    return f"{rng.uniform(-90, 90):+.6f}, {rng.uniform(-180, 180):+.6f} zoom {rng.randrange(18)}"


def sizes(rng):
    free = f"{rng.randrange(900)}.{digits(rng, 1)}"
    return f"read {rng.randrange(10**10):,} bytes of {rng.randrange(10**13)}, {free} MiB free"


def offsets(rng):
    lag = f"+{rng.randrange(10**6)} ({rng.uniform(-9, 9):+.2f}%)"
    return f"partition {rng.randrange(64)} offset {rng.randrange(10**12)} lag {lag}"


def ports(rng):
    free = f"{rng.randrange(1024, 32768)}-65535"
    return f"listening on :{rng.randrange(1024, 65536)}, range {free}, pid {rng.randrange(2, 4194304)}"


def ean(rng):
    number = rng.choice(("400", "426", "300", "500", "690", "871", "978", "770", "900")) + digits(rng, 9)
    check = -sum(int(c) * (3 if at % 2 else 1) for at, c in enumerate(number)) % 10
    isbn = f"978-{digits(rng, 1)}-{digits(rng, 2)}-{digits(rng, 6)}-{digits(rng, 1)}"
    return rng.choice((f"EAN {number}{check}", f"ISBN {isbn}", f"gtin={number}{check}"))


def imei(rng):
    number = rng.choice(("35", "86", "01")) + digits(rng, 12)
    return f"device {number}{luhn_digit(number)} attached"


def counters(rng):
    return {"hits": rng.randrange(10**6), "misses": rng.randrange(10**6),
            "rows": [rng.randrange(10**9) for _ in range(12)]}


def matrices(rng):
    return " ".join(str(rng.randrange(10**rng.choice((2, 2, 5, 1)))) for _ in range(14))


# Times.


def iso_times(rng):
    time = moment(rng)
    return rng.choice((time.isoformat(), f"{time:%Y-%m-%d %H:%M:%S},{digits(rng, 3)}", f"{time:%Y%m%dT%H%M%S}Z",
                       f"{time:%Y-%m-%dT%H:%M:%S}.{digits(rng, 9)}+01:00", f"{time:%G-W%V-%u}", f"{time:%Y-%j}"))


def other_times(rng):
    time = moment(rng)
    return rng.choice((f"{time:%a, %d %b %Y %H:%M:%S} GMT", f"[{time:%d/%b/%Y:%H:%M:%S} +0000]",
                       f"{time:%d.%m.%Y %H:%M}",
                       f"{time:%m/%d/%Y}", f"{time:%Y%m%d%H%M%S}{digits(rng, 3)}", f"{time:%H:%M:%S}.{digits(rng, 6)}"))


def durations(rng):
    return rng.choice((f"took {rng.randrange(10**6)} ms", f"P{rng.randrange(9)}DT{rng.randrange(24)}H",
                       f"0:00:{rng.random() * 60:.6f}",
                       f"elapsed 00:{rng.randrange(60):02d}:{rng.randrange(60):02d}:{digits(rng, 3)}"))


def cron(rng):
    return rng.choice((f"*/{rng.randrange(2, 30)} * * * *", f"{rng.randrange(60)} {rng.randrange(24)} * * 1-5",
                       f"cron(0 {rng.randrange(24)} ? * MON-FRI *)", f"{rng.randrange(60)} 2,14 1 1-12 *"))


ALL = (order_numbers, long_ids, epochs, snowflakes, floats, prices, coordinates, sizes, offsets, ports, ean, imei,
       counters, matrices, iso_times, other_times, durations, cron)
