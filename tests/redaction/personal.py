"""Personal data, all of it made up, each by the rules of its kind: check digits, ranges, lengths."""

import hashlib
import string

from tests.redaction.keccak import keccak_256
from tests.redaction.planted import Planted, pieces_of

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def digits(rng, count):
    return "".join(rng.choice(string.digits) for _ in range(count))


def hexadecimal(rng, count):
    return "".join(rng.choice("0123456789abcdef") for _ in range(count))


# E-mail.

NAMES = ("joanna", "marek", "priya", "tobias", "amelie", "okonkwo", "lindqvist", "moreau", "takahashi", "oconnor")
DOMAINS = ("example.com", "mail.example.org", "example.co.uk", "dept.uni.example.edu", "example-shop.de",
           "sub.example.io")


def email(rng):
    local = rng.choice(NAMES) + rng.choice(("", ".", "_", "-", "+")) + rng.choice(NAMES) + rng.choice(("",
                                                                                                       digits(rng, 2)))
    return Planted(f"{local}@{rng.choice(DOMAINS)}", (local[1:],))


# Phone. Numbers that regulators keep free for stories, and made-up ones.

PHONES = (
    "+1415555{0}{1}", "+1 415 555 {0}{1}", "+1 (415) 555-{0}{1}", "+1-415-555-{0}{1}", "(212) 555-{0}{1}",
    "212-555-{0}{1}", "+442079460{2}", "+44 20 7946 0{2}", "+44 7700 900{2}", "+49 30 23125 {2}", "+4930231252{0}",
    "+33 1 99 00 {0} {1}", "+33199001{2}", "+43 1 5550{2}1", "+61 2 5550 {0}{1}", "+91 98765 4{0}{1}",
    "+81 3 5550 {0}{1}",
    "+34 910 55 {0} {1}", "+46 8 465 {0} {1}", "030/90{0}{1}", "(030) 90{0}{1}", "030.90{0}{1}", "202.555-{0}{1}",
    "(202) 555.{0}{1}",
)


def phone(rng):
    text = rng.choice(PHONES).format(f"0{rng.randrange(1, 10)}", digits(rng, 2), digits(rng, 3))
    compact = "".join(filter(str.isdigit, text))
    return Planted(text, (compact[-9:-1],))


# Payment cards.

ISSUERS = (
    ("4", 16), ("51", 16), ("53", 16), ("55", 16), ("2221", 16), ("2500", 16), ("34", 15), ("37", 15), ("6011", 16),
    ("65", 16), ("3530", 16), ("3588", 16), ("36", 14), ("6212", 16),
)
GROUPS = {14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4)}


def luhn_digit(number):
    """The check digit that a number without one needs."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card_digits(rng):
    prefix, length = rng.choice(ISSUERS)
    number = prefix + digits(rng, length - len(prefix) - 1)
    return number + luhn_digit(number)


def card(rng, separators=("", "", " ", "-")):
    number = card_digits(rng)
    groups, at = [], 0
    for size in GROUPS[len(number)]:
        groups.append(number[at:at + size])
        at += size
    return Planted(rng.choice(separators).join(groups), (number[:8], number[4:-4]))


# Accounts and numbers of persons.

ACCOUNTS = (("DE", "n18"), ("AT", "n16"), ("CH", "n17"), ("GB", "a4n14"), ("FR", "n23"), ("NL", "a4n10"), ("ES", "n20"),
            ("IT", "a1n22"), ("BE", "n12"), ("PL", "n24"), ("SE", "n20"), ("NO", "n11"), ("IE", "a4n14"), ("PT", "n21"))


def iban(rng):
    country, shape = rng.choice(ACCOUNTS)
    account = ""
    for part in shape.replace("n", " n").replace("a", " a").split():
        account += "".join(rng.choice(string.digits if part[0] == "n" else string.ascii_uppercase)
                           for _ in range(int(part[1:])))
    number = "".join(str(int(c, 36)) for c in account + country + "00")
    text = f"{country}{98 - int(number) % 97:02d}{account}"
    compact = text[2:]
    if rng.random() < 0.4:
        text = " ".join(text[n:n + 4] for n in range(0, len(text), 4))
    return Planted(text, (compact[:-4][-10:],))


def us_ssn(rng):
    area = rng.choice([n for n in range(1, 900) if n not in (666, 219, 457, 78)])
    text = f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10000):04d}"
    return Planted(text, (text, text.replace("-", "")))


# Machines.


def mac(rng):
    octets = [rng.randrange(256) & 0xFE, *(rng.randrange(256) for _ in range(5))]
    if all(f"{octet:02x}".isdigit() for octet in octets):
        octets[3] |= 0xA0
    form = rng.choice(("02x", "02X"))
    text = rng.choice((":", "-")).join(format(octet, form) for octet in octets)
    return Planted(text, (text[6:],))


def ipv4(rng):
    text = ".".join(str(part) for part in (rng.choice((10, 192, 203, 84, 172)), rng.randrange(256), rng.randrange(256),
                                           rng.randrange(100, 255)))
    return Planted(text, (text,))


def ipv6(rng):
    groups = [rng.choice(("2001", "2a02", "fd12")), *(format(rng.randrange(0x1000, 0x10000), "x") for _ in range(7))]
    if rng.random() < 0.5:
        cut = rng.randrange(2, 5)
        return Planted(":".join(groups[:cut]) + "::" + ":".join(groups[cut + 2:]), (":".join(groups[cut + 2:]),))
    return Planted(":".join(groups), (":".join(groups[3:]),))


# Wallets.


def _base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _bitcoin(rng):
    payload = rng.choice((b"\x00", b"\x05")) + rng.randbytes(20)
    return _base58(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4])


def _bech32_checksum(values):
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum ^ 1


def _segwit(rng):
    bits = int.from_bytes(rng.randbytes(20), "big")
    data = [0, *(bits >> 5 * n & 31 for n in reversed(range(32)))]
    prefix = [ord(c) >> 5 for c in "bc"] + [0] + [ord(c) & 31 for c in "bc"]
    checksum = _bech32_checksum(prefix + data + [0] * 6)
    data += [checksum >> 5 * n & 31 for n in reversed(range(6))]
    return "bc1" + "".join(BECH32[value] for value in data)


def _ethereum(rng):
    address = hexadecimal(rng, 40)
    if rng.random() < 0.5:
        return "0x" + address
    check = keccak_256(address.encode()).hex()
    return "0x" + "".join(c.upper() if int(check[n], 16) >= 8 else c for n, c in enumerate(address))


def crypto_wallet(rng):
    text = rng.choice((_bitcoin, _segwit, _ethereum))(rng)
    return Planted(text, pieces_of(text[4:], 2))
