"""Texts, code, blobs and addresses without anything to hide."""

import base64
import json

from tests.redaction.credentials import ALNUM, base64url, text_of
from tests.redaction.lookalikes_numbers import moment
from tests.redaction.personal import digits, hexadecimal
from tests.redaction.words import uuid4, word, words


# Code and its messages.


def java_names(rng):
    return rng.choice((f"com.example.shop.{word(rng)}.Orders@{hexadecimal(rng, 7)}",
                       "org.apache.kafka.clients.consumer.KafkaConsumer",
                       f"at com.example.shop.Orders$$Lambda$14/0x{hexadecimal(rng, 16)}.run(Unknown Source)",
                       f"[Ljava.lang.String;@{hexadecimal(rng, 8)}",
                       "Caused by: java.net.SocketTimeoutException: Read timed out"))


def tracebacks(rng):
    return ("Traceback (most recent call last):\n"
            f'  File "/srv/shop/{word(rng)}.py", line {rng.randrange(900)}, in {word(rng)}\n'
            f"    self.{word(rng)}[key] += 1\nKeyError: '{word(rng)}'\n<object at 0x7f{hexadecimal(rng, 10)}>")


def cplusplus(rng):
    return rng.choice((f"std::vector<std::pair<int, {word(rng)}::Id>>::at",
                       f"core::panicking::panic_fmt::h{hexadecimal(rng, 16)}",
                       f"_ZN4shop5{word(rng)}C2Ev+0x{hexadecimal(rng, 3)}", f"a::b::{word(rng)}",
                       f"Segmentation fault at 0x{hexadecimal(rng, 12)}"))


def sql(rng):
    return rng.choice((f"SELECT total FROM {word(rng)} WHERE id = {rng.randrange(10**6)} AND state IN ('new', 'paid')",
                       f"UPDATE {word(rng)} SET stock = stock - 1 WHERE sku = '{digits(rng, 6)}' LIMIT 50",
                       "INSERT INTO events (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                       f"deadlock on {word(rng)}_pkey"))


def decorators(rng):
    return rng.choice(("@app.route('/orders')", f"@{word(rng)} see @types/node@20.{rng.randrange(30)}.1",
                       f"left-pad@1.3.{rng.randrange(9)}",
                       f"npm WARN deprecated {word(rng)}@2.0.{rng.randrange(9)}", "commit@{upstream}",
                       f"icon@2x.png {word(rng)}@3x.jpg"))


def units(rng):
    return rng.choice((f"Started user@{rng.randrange(1000, 2000)}.service",
                       f"getty@tty{rng.randrange(1, 7)}.service: Succeeded",
                       f"session-{rng.randrange(900)}.scope", f"{word(rng)}@localhost",
                       f"{word(rng)}-1@broker-{rng.randrange(9)}"))


def git_remotes(rng):
    return f"git@git.example.com:shop/{word(rng)}.git"


def prose(rng):
    return rng.choice(("password reset requested", "the token expired before it was used",
                       "Bearer authentication failed",
                       "basic usage of the shop", "Digest did not match", "cookie policy accepted",
                       "invalid api key: ask the owner",
                       "secret santa starts soon", "the secret of good coffee", "no authorization for this order",
                       "keys: 4, cookies: enabled"))


def names_like_secrets(rng):
    return rng.choice(({"cache_key": f"{word(rng)}:{rng.randrange(999)}:profile"}, {"primary_key": "id"},
                       {"max_tokens": 4096},
                       {"token_count": rng.randrange(9000)}, {"sort_key": f"{word(rng)}#2026"},
                       {"secretary": word(rng)},
                       {"keyboard": "de"}, {"password_changed": True}, {"cookies_accepted": True},
                       {"author": word(rng)},
                       {"idempotency_key": uuid4(rng)}, {"public_key_id": hexadecimal(rng, 16)}, {"passed": 3}))


def pairs_like_secrets(rng):
    return rng.choice((f"cache_key={word(rng)}:{rng.randrange(999)} hit", f"sort_key={hexadecimal(rng, 16)}",
                       f"partition_key: {uuid4(rng)}",
                       f"prompt_tokens={rng.randrange(999)} completion_tokens={rng.randrange(999)}",
                       f"etag={hexadecimal(rng, 32)}",
                       f"monkey={text_of(rng, ALNUM, 20)}", f"keyspace={word(rng)}_{digits(rng, 6)}",
                       f"request_id={text_of(rng, ALNUM, 22)}"))


# Blobs, paths and addresses.


def binary_base64(rng):
    data = rng.choice((b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08\0", b"")) + rng.randbytes(rng.randrange(20, 120))
    return rng.choice((base64.b64encode(data).decode(), "body: " + base64url(data),
                       "data:image/png;base64," + base64.b64encode(data).decode()))


def text_base64(rng):
    text = rng.choice((words(rng, 8), json.dumps({"offset": rng.randrange(999), "order": "desc", "shop": word(rng)}),
                       f"{word(rng)};{rng.randrange(99)};{uuid4(rng)}", f"GET /{word(rng)}?page={rng.randrange(99)}"))
    return rng.choice(("cursor {}", "{}", "next={}")).format(base64.b64encode(text.encode()).decode())


def hex_dumps(rng):
    data = rng.randbytes(16)
    return rng.choice((" ".join(f"{byte:02x}" for byte in data),
                       f"{rng.randrange(9999):08x}  {data[:8].hex(' ')}  {data[8:].hex(' ')}",
                       data.hex(), f"0x{data.hex().upper()}", words(rng, 4).encode().hex(), f"\\x{data.hex()}"))


def fingerprints(rng):
    return rng.choice((f"MD5:{rng.randbytes(16).hex(':')}", f"serial {rng.randbytes(8).hex(':')}",
                       f"SHA1 Fingerprint={rng.randbytes(20).hex(':').upper()}",
                       "SHA256:" + base64.b64encode(rng.randbytes(32)).decode().rstrip("="),
                       f"{rng.randbytes(3).hex(':')} vendor"))


def public_keys(rng):
    body = base64.b64encode(rng.randbytes(180)).decode()
    kind = rng.choice(("CERTIFICATE", "PUBLIC KEY", "CERTIFICATE REQUEST"))
    lines = "\n".join(body[at:at + 64] for at in range(0, len(body), 64))
    ssh = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + rng.randbytes(32)).decode()
    return rng.choice((f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----", f"ssh-ed25519 {ssh} deploy"))


def paths(rng):
    return rng.choice((f"/var/lib/shop/{hexadecimal(rng, 2)}/{hexadecimal(rng, 38)}",
                       f"C:\\Shop\\{word(rng)}\\{word(rng)}.log",
                       f"s3://shop-exports/2026/11/{digits(rng, 2)}/{uuid4(rng)}.parquet",
                       f"./node_modules/.pnpm/{word(rng)}@1.2.3/index.js",
                       f"/proc/{rng.randrange(99999)}/fd/{rng.randrange(99)}"))


def urls(rng):
    return rng.choice((f"https://shop.example.com/{word(rng)}/{rng.randrange(10**6)}?page=2&sort=-created&q=a%20b",
                       f"postgres://db.internal:5432/{word(rng)}", "redis://cache:6379/0", "amqp://broker:5672/%2f",
                       f"https://cdn.example.com:443/npm/{word(rng)}@1.2.3/dist.js", "http://[::]:8080/health",
                       f"ws://localhost:{rng.randrange(9999)}/x",
                       f"https://example.com/a:b/c@d/{word(rng)}",
                       f"GET /{word(rng)}/{uuid4(rng)} HTTP/1.1 200 {rng.randrange(9999)}"))


def percent_encoded(rng):
    query = f"q={word(rng)}%20%26%20{word(rng)}&price=%E2%82%AC{rng.randrange(99)}"
    return f"/search?{query}&from=2026-11-20T12%3A00%3A00%2B01%3A00"


def user_agents(rng):
    webkit = "AppleWebKit/537.36 (KHTML, like Gecko)"
    return rng.choice((f"Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/12{rng.randrange(9)}.0.0.0 Safari/537.36",
                       "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148",
                       f"python-requests/2.32.{rng.randrange(9)}", f"curl/8.{rng.randrange(9)}.1",
                       f"okhttp/4.{rng.randrange(9)}.0 (Android 14; SDK 34)"))


def nested_json(rng):
    inner = {"id": uuid4(rng), "at": moment(rng).isoformat(), "total": rng.randrange(10**6) / 100,
             "path": f"C:\\{word(rng)}", "n": [1, None]}
    return rng.choice((json.dumps(inner), json.dumps({"body": json.dumps(inner)}),
                       f"answer: {json.dumps(inner, indent=1)}"))


def foreign(rng):
    return rng.choice(("\u043f\u043e\u0432\u0442\u043e\u0440 \u0447\u0435\u0440\u0435\u0437 {} \u0441",
                       "\u6ce8\u6587 {} \u53f7", "caf\u00e9 n\u00b0 {}",
                       "\U0001f680 deployed {}", "\u20ac{} \u2013 f\u00e4llig")).format(rng.randrange(10**6))


ALL = (java_names, tracebacks, cplusplus, sql, decorators, units, git_remotes, prose, names_like_secrets,
       pairs_like_secrets, binary_base64, text_base64, hex_dumps, fingerprints, public_keys, paths, urls,
       percent_encoded, user_agents, nested_json, foreign)
