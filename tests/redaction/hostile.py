"""Lines around a planted secret that nobody would think of: any encoding, twice, in any place, whole or torn.

Left out is what is known to be missed: a secret whose beginning is plain and whose end is encoded (the corpus counts
it, as `escape_inside`), references of HTML mixed with other escapes, colours torn by escapes, and what stands before
a cut in escapes of escapes.
"""

import base64
import collections
import json
import random
import urllib.parse

from tests.redaction import corpus
from tests.redaction.forms import HEAD, END, escapes, string
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


ENCODINGS = (percent, percent_all, unicode_escaped, json_level, base64_padded, base64_bare, hexadecimal, mixed)


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
    form = rng.choice((_record, _record, _record, _torn, _text, _spoiled, _long))
    # The quotes of a digest end the value of a field that it stands in, where a line isn't a record.
    kind = rng.choice([kind for kind in kinds if kind != "digest" or form is _record])
    encodings = [rng.choice(ENCODINGS) for _ in range(rng.choice((0, 1, 1, 1, 2, 2)))]
    if mixed in encodings:  # that one is many at once already
        encodings = [mixed]
    made = _made(rng, kind, () if form is _long else encodings, form)
    # What stands before a cut is left out by bytes: in escapes of escapes these are a few characters only.
    return made if len(made.line) <= CUT_AT or form is _long else _made(rng, kind, (), form)


def _made(rng, kind, encodings, form):
    planted = corpus.KINDS[kind](rng)
    text = planted.text
    for encode in encodings:
        text = encode(rng, text)
    line, whole = form(rng, around(rng, text))
    how = " ".join((kind, *(encode.__name__ for encode in encodings), form.__name__[1:]))
    return Case(planted, line.replace(b"\n", b" "), whole, how)


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
    many = words(rng, CUT_AT // 5)
    return many[:rng.randrange(1, CUT_AT + 200)].encode() + b" " + line + b" " + many.encode(), False
