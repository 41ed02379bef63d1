"""The forms in which a value gets into a log: each makes a line out of the text of a value.

Most are a text around the text, which becomes the message of a record; the others are about JSON itself.
"""

import base64
import json
import urllib.parse

from tests.redaction.words import words

HEAD, END = '{"dt":"2026-11-20T12:00:00Z",', ',"end":"unharmed"}'


def record(members):
    """A record with these members in raw JSON, between two that nobody should touch."""
    return f"{HEAD}{members}{END}"


def string(text):
    return json.dumps(text, ensure_ascii=False)


def message(text):
    return record(f'"message":{string(text)}')


# Texts around a text.

PUNCTUATION = ("{}.", "{},", "{}!", "({})", "[{}]", "<{}>", "{};", "'{}'", '"{}"', "`{}`", "{}?", "\u201e{}\u201c",
               "{} \u2013 ok",
               "is {}: refused")
COLOURS = ("\x1b[2m12:00:00\x1b[0m [\x1b[32minfo\x1b[0m] charge \x1b[36mref\x1b[0m=\x1b[35m{}\x1b[0m",
           "\x1b[31m{}\x1b[0m", "\x1b[1;38;5;208mwarn\x1b[0m {}\x1b[K")
TRACEBACK = ('Traceback (most recent call last):\n  File "/srv/shop/orders.py", line 42, in charge\n'
             "    gateway.charge(order)\nValueError: cannot use {} for this order")
JAVA = ("java.lang.IllegalStateException: refused {}\n\tat com.example.shop.Orders.charge(Orders.java:42)\n"
        "\tat java.base/java.lang.Thread.run(Thread.java:833)")
HEADERS = "POST /orders HTTP/1.1\r\nHost: shop.example.com\r\nX-Note: {}\r\nAccept: */*\r\n"


def plain(_, text):
    return message(text)


def sentence(rng, text):
    return message(rng.choice(("worker 7 got {} from the client", "please check {} again today",
                               "no match for {} in 3 shops"))
                   .format(text))


def key_equals(_, text):
    return message(f"level=info attempt=2 ref={text} took=12ms")


def key_colon(_, text):
    return message(f"attempt: 2, ref: {text}")


def quoted_pair(_, text):
    return message(f'rejected "attempt":2,"ref":{string(text)},"shop":"north"')


def python_repr(_, text):
    return message(f"got {{'attempt': 2, 'ref': {text!r}, 'shop': 'north'}}")


def header_line(_, text):
    return message(HEADERS.format(text))


def traceback(rng, text):
    return message(rng.choice((TRACEBACK, JAVA)).format(text))


def coloured(rng, text):
    return message(rng.choice(COLOURS).format(text))


def punctuation(rng, text):
    return message(rng.choice(PUNCTUATION).format(text))


def line_of_many(_, text):
    return message(f"first line\n{text}\nlast line")


def literal_newlines(_, text):
    escaped = text.replace("\n", "\\n")
    return message(f"first line\\n{escaped}\\nlast line")


def table(rng, text):
    return message(rng.choice((",", ";", "\t", "|")).join(("17", "north", text, "ok", "3.5")))


def xml(_, text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return message(f"<order><ref>{escaped}</ref><shop>north</shop></order>")


# Encodings.


def url_query(_, text):
    return message(f"GET /orders?shop=north&ref={urllib.parse.quote(text, safe='-_.~@:/')}&page=2 200 12ms")


def percent(rng, text):
    if rng.random() < 0.5:
        return message("ref " + urllib.parse.quote(text, safe=""))
    return message("ref " + "".join(f"%{byte:02{rng.choice('xX')}}" for byte in text.encode()))


def percent_twice(_, text):
    return message("/go?to=" + urllib.parse.quote(urllib.parse.quote(f"/orders?ref={text}", safe=""), safe=""))


def json_in_string(rng, text):
    inner = {"event": "charge", "data": {"ref": text, "list": [text]}, "ok": False}
    before = rng.choice(("", "response: ", "body="))
    return message(before + json.dumps(inner, ensure_ascii=rng.random() < 0.5))


def json_in_json_in_string(rng, text):
    inner = json.dumps({"ref": text, "n": [1, text]}, ensure_ascii=rng.random() < 0.5)
    return message(json.dumps({"event": "charge", "body": inner}, separators=(",", ":")))


def escapes(text):
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def unicode_escapes(_, text):
    return record(f'"message":"{escapes(text)}"')


def some_unicode_escapes(rng, text):
    return record('"message":"' + "".join(escapes(c) if rng.random() < 0.25 else string(c)[1:-1] for c in text) + '"')


def literal_unicode_escapes(_, text):
    """As text in a text: backslashes and all."""
    return message("got " + escapes(text))


def split_over_escapes(rng, text):
    """Each character is itself, a JSON escape or percent-encoded, as it comes."""
    def one(c):
        kind = rng.randrange(3) if ord(c) < 128 else 0
        return (string(c)[1:-1], escapes(c), f"%{ord(c):02X}")[kind] if c != "%" else "%25"
    return record('"message":"ref ' + "".join(map(one, text)) + '"')


def escape_inside(rng, text):
    """Only a character or two behind the middle are encoded, as in tokens with a / that became %2F."""
    at = [n for n in range(len(text) // 2, len(text)) if text[n].isalnum() or text[n] in "+/=_-"]
    chosen = set(rng.sample(at, min(2, len(at))))
    encode = rng.choice((escapes, lambda c: f"%{ord(c):02X}", lambda c: f"&#{ord(c)};"))
    return message("ref " + "".join(encode(c) if n in chosen else c for n, c in enumerate(text)))


def torn_escapes(rng, text):
    """Only a character behind the middle is encoded, and a digit in that once more, and a digit in that."""
    at = rng.choice([n for n in range(len(text) // 2, len(text)) if text[n].isalnum() or text[n] in "+/=_-"])
    encoded = f"&#{ord(text[at])};"
    for encode in rng.sample((escapes, lambda c: f"%{ord(c):02X}"), 2):
        digit = max(n for n, c in enumerate(encoded) if c.isdigit())
        encoded = encoded[:digit] + encode(encoded[digit]) + encoded[digit + 1:]
    return message("ref " + text[:at] + encoded + text[at + 1:])


CONTROLS = ("\x1b(B", "\x1b(B\x1b[m", "\x1b=", "\x1bM", "\x9b31m", "\x1bPq\x1b\\", "\x1b_x\x1b\\",
            "\x9d0;t\x9c", "\x1b^x\x9c")


def terminal_controls(rng, text):
    """Of other kinds than colours."""
    at = rng.randrange(1, len(text))
    return message(f"ref {text[:at]}{rng.choice(CONTROLS)}{text[at:]}")


def base64_of(rng, text):
    return rng.choice((text if len(text) >= 16 else f"the ref is {text}", json.dumps({"ref": text, "shop": "north"}),
                       f"north;17;{text};ok")).encode()


def base64_standard(rng, text):
    return message(rng.choice(("body: {}", "{}", "data:text/plain;base64,{}", "raw={}"))
                   .format(base64.b64encode(base64_of(rng, text)).decode()))


def base64_url(rng, text):
    return message(rng.choice(("state={}&page=2", "cursor: {}", "{}"))
                   .format(base64.urlsafe_b64encode(base64_of(rng, text)).rstrip(b"=").decode()))


def base64_lines(rng, text):
    """As in mails and certificates."""
    encoded = base64.b64encode(f"{words(rng, 12)} {text} {words(rng, 12)}".encode()).decode()
    columns = rng.choice((76, 64))
    end = rng.choice(("\n", "\r\n", "\n  ", "\n\t"))
    lines = [encoded[at:at + columns] for at in range(0, len(encoded), columns)]
    return message("Encoding: base64\n\n" + end.join(lines))


def html_references(rng, text):
    return message("<b>" + "".join(rng.choice((f"&#{ord(c)};", f"&#x{ord(c):x};")) if not c.isalnum() else c
                                   for c in text) + "</b>")


def hexadecimal(rng, text):
    return message(rng.choice(("bytes {}", "0x{}", "{}")).format(base64_of(rng, text).hex()))


# Places in a record.


def array(_, text):
    return record(f'"list":["north",{string(text)},3,[{string(text)}]]')


def object_key(_, text):
    return record(f'"seen":{{"north":1,{string(text)}:2}}')


def nested(_, text):
    return record(f'"a":{{"b":[{{"c":{{"ref":{string(text)},"n":1}}}}]}}')


def duplicate_key(rng, text):
    members = [f'"ref":{string(text)}', '"ref":"fine"', '"ref":"also fine"']
    rng.shuffle(members)
    return record(",".join(members))


def json_number(rng, text):
    digits = "".join(filter(str.isdigit, text))
    return record(rng.choice(('"ref":{}', '"list":[1,{}]', '"a":{{"n":{}}}', '"ref":{}.0')).format(digits))


def not_a_record(rng, text):
    return rng.choice(("2026-11-20 12:00:00 INFO worker 7 got {} today", '{{"message":"cut {} of',
                       "[1,\"{}\"]")).format(text)


ALL = (plain, sentence, key_equals, key_colon, quoted_pair, python_repr, header_line, traceback, coloured, punctuation,
       line_of_many, literal_newlines, table, xml, url_query, percent, percent_twice, json_in_string,
       json_in_json_in_string, unicode_escapes, some_unicode_escapes, literal_unicode_escapes, split_over_escapes,
       escape_inside, torn_escapes, terminal_controls, base64_standard, base64_url, base64_lines, html_references,
       hexadecimal, array, object_key, nested,
       duplicate_key, json_number, not_a_record)
