"""Lines around a planted secret that nobody would think of: any encoding, twice, in any place, whole or torn."""

import base64
import collections
import json
import random
import urllib.parse

from tests.redaction import corpus
from tests.redaction.forms import CONTROLS, END, HEAD, escapes, string
from tests.redaction.words import words

# `whole`: it is a record, and its neighbours must survive. `how` it came about: kind, encodings, kind of line.
Case = collections.namedtuple("Case", "planted line whole how")

CUT_AT = 16_384  # max_record of the source
KINDS = tuple(kind for kind in corpus.KINDS if kind not in corpus.OFF_BY_DEFAULT)


# Text to text.


def percent(_, text):
    return urllib.parse.quote(text, safe="")


def percent_all(rng, text):
    return "".join(f"%{byte:02{rng.choice('xX')}}" for byte in text.encode())


def unicode_escaped(_, text):
    return escapes(text)


def json_level(rng, text):
    value = rng.choice(({"ref": text}, {"a": {"b": [1, text]}}, [text], {text: None},
                        {"ref": "fine", "n": {"ref": text}}))
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 2)))


def base64_padded(rng, text):
    return rng.choice((base64.b64encode, base64.urlsafe_b64encode))((words(rng, 2) + " " + text).encode()).decode()


def base64_bare(rng, text):
    return base64_padded(rng, text).rstrip("=")


def hexadecimal(rng, text):
    return (words(rng, 2) + " " + text).encode().hex()


def mixed(rng, text):
    """Each character is as it is, percent-encoded or escaped, as it comes."""
    def one(c):
        return (c, escapes(c), "".join(f"%{byte:02X}" for byte in c.encode()))[rng.randrange(3)]
    return "".join(map(one, text.replace("%", "%25").replace("\\", "%5c")))


def references(rng, text):
    """Of HTML, for some of the characters."""
    return "".join(rng.choice((c, f"&#{ord(c)};", f"&#x{ord(c):x};")) for c in text)


def coloured(rng, text):
    """A colour in the middle, maybe with an escape in it."""
    at = rng.randrange(len(text))
    return f"{text[:at]}\x1b[3{rng.choice(('1', escapes('1'), '%31', '&#49;'))}m{text[at:]}"


def controls(rng, text):
    """Another control sequence of terminals in the middle."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(CONTROLS) + text[at:]


def base64_lines(rng, text):
    """With ends of lines that are escaped: of a line that is no record, real ones would end it."""
    encoded, columns, end = base64_padded(rng, text), rng.choice((64, 76)), rng.choice(("\\n", "\\r\\n", "%0A"))
    return end.join(encoded[at:at + columns] for at in range(0, len(encoded), columns))


ENCODINGS = (percent, percent_all, unicode_escaped, json_level, base64_padded, base64_bare, hexadecimal, mixed,
             references, coloured, controls, base64_lines)


# Text to line.

AROUND = ("{} {} {}", "{}: {}, {}", "{}={}&{}=1", '{} "{}" {}', "{} '{}' {}", "{}\t{}\t{}", "{};{};{}", "{} ({}) {}",
          "{}\n{}\n{}",
          "{}\\n{}\\n{}", "{}|{}|{}", "<{0}>{1}</{0}> {2}", "[{}] <{}> {}", "{} `{}` {}")


def around(rng, text):
    return rng.choice(AROUND).format(words(rng, rng.randrange(1, 4)), text, words(rng, rng.randrange(1, 4)))


def raw(rng, text):
    """A JSON string, with all characters escaped or none without need."""
    share = rng.choice((0, 0, 1))
    return '"' + "".join(escapes(c) if rng.random() < share else string(c)[1:-1] for c in text) + '"'


def members(rng, text):
    value = raw(rng, text)
    return rng.choice((
        lambda: f'"message":{value}', lambda: f'"ref":{value},"ref":"fine"',
        lambda: f'"ref":"fine","ref":{value},"ref":1',
        lambda: f'"list":[1,[{value}],{value}]', lambda: f'"a":{{"b":{{"c":[{{"ref":{value}}}]}}}}',
        lambda: f"{value}:1",
        lambda: f'"a":{{{value}:{{{value}:[{value}]}}}}', lambda: f'"a" : {value} , "b"\t:\t[ {value} ]',
        lambda: '"deep":' + "[" * 100 + value + "]" * 100))()


def case(seed, kinds=KINDS):
    rng = random.Random(f"metamorphic {seed}")
    form = rng.choice((_record, _record, _record, _torn, _text, _spoiled, _long, _cut))
    kind = rng.choice(kinds)
    encodings = [rng.choice(ENCODINGS) for _ in range(rng.choice((0, 1, 1, 1, 2, 2)))]
    if sum(encode in (coloured, controls) for encode in encodings) > 1:  # a sequence that another one tears is none
        encodings = encodings[-1:]
    planted = corpus.KINDS[kind](rng)
    text = planted.text
    for encode in encodings:
        text = encode(rng, text)
    line, whole = form(rng, around(rng, text))
    how = " ".join((kind, *(encode.__name__ for encode in encodings), form.__name__[1:]))
    return Case(planted, line.replace(b"\n", b" "), whole and len(line) <= CUT_AT, how)


def _record(rng, text):
    return f"{HEAD}{members(rng, text)}{END}".encode(), True


def _torn(rng, text):
    """Cut off behind the secret."""
    line = f"{HEAD}{members(rng, text)}"
    return (line + rng.choice(("", ',"end":"unh', "]", "}}", "]}"))).encode(), False


def _text(rng, text):
    return rng.choice(("{}", "2026-11-20 12:00:00 INFO {}", "[{}]", '"{}"', "{{{}}}")).format(text).encode(), False


def _spoiled(rng, text):
    """With bytes that no text and no record has."""
    line, _ = rng.choice((_record, _text))(rng, text)
    for _ in range(rng.randrange(1, 4)):
        at = rng.choice((0, len(line)))
        line = line[:at] + rng.choice((b"\xff", b"\xc0\x80", b"\0", b"\xed\xa0\x80", b"\x1b[31m")) + line[at:]
    return line, False


def _long(rng, text):
    """Longer than the source takes, with the secret before the cut, across it or behind it."""
    line, _ = rng.choice((_record, _text))(rng, text)
    return _among(rng, line, rng.randrange(1, CUT_AT + 200)), False


def _cut(rng, text):
    """With the cut in the secret, or not far behind it, where it would be left out."""
    line, _ = rng.choice((_record, _text))(rng, text)
    return _among(rng, line, max(1, CUT_AT - rng.randrange(1, len(line) + 1000))), False


def _among(rng, line, at):
    many = words(rng, CUT_AT // 5)
    return many[:at].encode() + b" " + line + b" " + many.encode()
