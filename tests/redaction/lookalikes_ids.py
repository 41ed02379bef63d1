"""Identifiers, hashes and versions that are nothing else."""

import base64
import hashlib

from tests.redaction.credentials import ALNUM, text_of
from tests.redaction.personal import digits, hexadecimal
from tests.redaction.words import CROCKFORD, uuid4, word, words


def uuids(rng):
    return rng.choice((uuid4(rng), uuid4(rng).upper(), "{" + uuid4(rng) + "}", f"urn:uuid:{uuid4(rng)}",
                       f"job-{uuid4(rng)}"))


def ulids(rng):
    return rng.choice(("01" + "".join(rng.choice(CROCKFORD) for _ in range(24)),
                       "c" + "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(24)),
                       text_of(rng, ALNUM, 21), "usr_" + text_of(rng, ALNUM, 22)))


def hashes(rng):
    data = rng.randbytes(8)
    return rng.choice((f"md5 {hashlib.md5(data).hexdigest()}", f"sha1={hashlib.sha1(data).hexdigest()}",
                       f"sha256:{hashlib.sha256(data).hexdigest()}", f"sha512 {hashlib.sha512(data).hexdigest()}",
                       f'ETag: "{hashlib.md5(data).hexdigest()}-{rng.randrange(1, 9)}"',
                       f"crc32 0x{rng.getrandbits(32):08x}",
                       "integrity sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()))


def image_digests(rng):
    digest = hexadecimal(rng, 64)
    return rng.choice((f"registry.example.com/shop/api:1.4.2@sha256:{digest}", f"Digest: sha256:{digest}",
                       "Digest: SHA-256=" + base64.b64encode(rng.randbytes(32)).decode(),
                       f"digest mismatch: expected {digest[:12]}"))


def git_ids(rng):
    return rng.choice((f"commit {hexadecimal(rng, 40)}", f"HEAD is now at {hexadecimal(rng, 7)} {words(rng, 3)}",
                       f"{hexadecimal(rng, 7)}..{hexadecimal(rng, 7)} main -> origin/main",
                       f"v1.4.2-17-g{hexadecimal(rng, 7)}",
                       f"@@ -{rng.randrange(900)},7 +{rng.randrange(900)},8 @@ {word(rng)}"))


def traces(rng):
    trace, span = hexadecimal(rng, 32), hexadecimal(rng, 16)
    return rng.choice(({"trace_id": trace, "span_id": span}, {"traceparent": f"00-{trace}-{span}-01"},
                       {"dd": {"trace_id": str(rng.getrandbits(62) % 10**13), "span_id": digits(rng, 12)}},
                       {"b3": f"{trace}-{span}-1"},
                       {"x-amzn-trace-id": f"Root=1-{trace[:8]}-{trace[8:]};Parent={span};Sampled=1"}))


def request_ids(rng):
    return rng.choice(({"x-amz-request-id": text_of(rng, CROCKFORD, 16)}, {"x-request-id": hexadecimal(rng, 32)},
                       {"x-amz-id-2": base64.b64encode(rng.randbytes(56)).decode()},
                       {"cf-ray": f"{hexadecimal(rng, 16)}-VIE"},
                       {"requestId": uuid4(rng)}))


def object_ids(rng):
    return rng.choice(({"_id": {"$oid": hexadecimal(rng, 24)}}, {"ref": f"pi_{text_of(rng, ALNUM, 24)}"},
                       {"customer": f"cus_{text_of(rng, ALNUM, 14)}"},
                       {"publishable": f"pk_live_{text_of(rng, ALNUM, 24)}"},
                       {"channel": f"C0{text_of(rng, CROCKFORD, 9)}"}, {"event": f"evt_{text_of(rng, ALNUM, 24)}"}))


def arns(rng):
    account = "1" + digits(rng, 11)
    return rng.choice((f"arn:aws:iam::{account}:role/shop-api", f"arn:aws:s3:::shop-exports/2026/{word(rng)}.csv",
                       f"arn:aws:ecs:eu-central-1:{account}:task/shop/{hexadecimal(rng, 32)}",
                       f"i-0{hexadecimal(rng, 16)}",
                       f"{account}.dkr.ecr.eu-central-1.amazonaws.com/shop:latest",
                       f"ami-0{hexadecimal(rng, 16)} eni-{hexadecimal(rng, 17)}"))


def versions(rng):
    a, b, c = (rng.randrange(40) for _ in range(3))
    return rng.choice((f"v{a}.{b}.{c}", f"{a}.{b}.{c}-rc.{c}+build.{digits(rng, 4)}", f"python {a}.{b}.{c}",
                       f"^{a}.{b} || >={a}.{b}.{c}",
                       f"linux-image-6.1.0-{a}-amd64 6.1.{b}-{c}", f"{word(rng)}-{a}.{b}.{c}.jar"))


def ip_like_versions(rng):
    a, b = rng.randrange(1, 30), rng.randrange(300, 20000)
    return rng.choice((f"10.0.{b}.{a}", f"Chrome/126.0.{b}.{a}", f"version 4.{a}.{b}.0", f"1.3.6.1.4.1.{b}.{a}.1",
                       f"v{a}.2.3.{b}", f"{a}.{a}.{b}.{a}-SNAPSHOT"))


def build_numbers(rng):
    return rng.choice((f"build #{rng.randrange(10**5)}", f"2026.11.{rng.randrange(31)}+{hexadecimal(rng, 7)}",
                       f"shop-api-{digits(rng, 10)}",
                       f"{word(rng)}-7d9f8b{hexadecimal(rng, 4)}-{text_of(rng, 'bcdfghjklmnpqrstvwxz2456789', 5)}",
                       f"R{digits(rng, 2)}B{digits(rng, 4)}"))


def part_numbers(rng):
    return rng.choice((f"{digits(rng, 2)}-{digits(rng, 3)}-{digits(rng, 3)}", f"SKU {digits(rng, 5)}-{digits(rng, 2)}",
                       f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 5)}",
                       f"{digits(rng, 4)}-{digits(rng, 2)}-{digits(rng, 4)}",
                       f"GB{digits(rng, 2)}-{word(rng).upper()}", f"VAT DE{digits(rng, 9)}",
                       f"BIC {text_of(rng, 'ABCDEFGH2', 8)}500"))


ALL = (uuids, ulids, hashes, image_digests, git_ids, traces, request_ids, object_ids, arns, versions,
       ip_like_versions, build_numbers, part_numbers)
