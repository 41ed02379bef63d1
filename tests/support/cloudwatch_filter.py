"""CloudWatch's filter patterns, written down from the user guide and independent of the daemon's own.

    matches = compile_filter('{ $.level = "ERROR" && $.status >= 500 }'); matches('{"level":"ERROR","status":503}')

Known: terms ("two words", -without, ?one ?of, %regex%) and JSON patterns with = != < <= > >=, IS TRUE/FALSE/NULL,
NOT EXISTS, wildcards, && || and parentheses. Anything else is refused, as an invalid pattern is.
"""

import json
import re

from tests.support.aws_keys import ServiceError

TOKEN = re.compile(r"""\s*(?: (?P<quoted>"(?:[^"\\]|\\.)*") | (?P<regex>%(?:[^%\\]|\\.)+%)
    | (?P<selector>\$(?:\.[\w:/@\#-]+|\.\*|\[\s*(?:\d+|\*|'[^']*'|"[^"]*")\s*\]|\.\[\s*(?:'[^']*'|"[^"]*")\s*\])*)
    | (?P<operator>&&|\|\||!=|<=|>=|=|<|>|\(|\)|!) | (?P<word>[\w.:/@\#+*-]+) )""", re.VERBOSE)
STEP = re.compile(r"""\.?\[\s*(?:(\d+|\*)|'([^']*)'|"([^"]*)")\s*\]|\.([\w:/@\#*-]+)""")
TERM = re.compile(r"""\s*([-?]?)(?:("(?:[^"\\]|\\.)*")|%((?:[^%\\]|\\.)+)%|([\w.:/@\#+*-]+))(?=\s|$)""")


def invalid_pattern():
    return ServiceError("InvalidParameterException", "Invalid filter pattern")


def compile_filter(pattern):
    """A function of a message's text; raises ServiceError."""
    pattern = pattern.strip()
    if not pattern:
        return lambda message: True
    if pattern.startswith("{") and pattern.endswith("}"):
        return _compile_json(pattern[1:-1])
    return _compile_terms(pattern)


def _compile_terms(pattern):
    terms, at = [], 0
    while at < len(pattern.rstrip()):
        found = TERM.match(pattern, at)
        if not found:
            raise invalid_pattern()
        sign, quoted, expression, word = found.groups()
        expression = expression or re.escape(json.loads(quoted) if quoted else word)
        terms.append((sign, re.compile(expression)))
        at = found.end()

    def matches(message):
        required = all(term.search(message) for sign, term in terms if not sign)
        none = not any(term.search(message) for sign, term in terms if sign == "-")
        optional = [term for sign, term in terms if sign == "?"]
        return required and none and (not optional or any(term.search(message) for term in optional))

    return matches


def _compile_json(text):
    parser = _Parser(text)
    condition = parser.any_of()
    parser.expect_end()

    def matches(message):
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return isinstance(document, dict) and condition(document)

    return matches


class _Parser:
    def __init__(self, text):
        self._tokens = []
        at = 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if not found:
                raise invalid_pattern()
            self._tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self._at = 0

    def expect_end(self):
        if self._at != len(self._tokens):
            raise invalid_pattern()

    def any_of(self):
        parts = [self._all_of()]
        while self._took("||"):
            parts.append(self._all_of())
        return lambda document: any(part(document) for part in parts)

    def _all_of(self):
        parts = [self._one()]
        while self._took("&&"):
            parts.append(self._one())
        return lambda document: all(part(document) for part in parts)

    def _one(self):
        if self._took("("):
            inner = self.any_of()
            self._must(")")
            return inner
        kind, selector = self._next()
        if kind != "selector":
            raise invalid_pattern()
        kind, operator = self._next()
        if (kind, operator.upper()) == ("word", "IS"):
            return self._is(selector)
        if (kind, operator.upper()) == ("word", "NOT"):
            if self._next()[1].upper() != "EXISTS":
                raise invalid_pattern()
            return lambda document: not _select(document, selector)
        return _comparison(selector, operator, *self._next())

    def _is(self, selector):
        constants = {"TRUE": True, "FALSE": False, "NULL": None}
        word = self._next()[1].upper()
        if word not in constants:
            raise invalid_pattern()
        return lambda document: any(value is constants[word] for value in _select(document, selector))

    def _next(self):
        if self._at == len(self._tokens):
            raise invalid_pattern()
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, operator):
        if self._at < len(self._tokens) and self._tokens[self._at] == ("operator", operator):
            self._at += 1
            return True
        return False

    def _must(self, operator):
        if not self._took(operator):
            raise invalid_pattern()


def _select(document, selector):
    values = [document]
    for index, single, double, name in STEP.findall(selector[1:]):
        key = name or single or double
        if index == "*" or name == "*":
            values = [each for value in values for each in _children(value)]
        elif index:
            values = [value[int(index)] for value in values if isinstance(value, list) and int(index) < len(value)]
        else:
            values = [value[key] for value in values if isinstance(value, dict) and key in value]
    return values


def _children(value):
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _comparison(selector, operator, kind, literal):
    if kind == "quoted":
        literal = json.loads(literal)
    number = _number(literal) if kind == "word" else None
    if operator in ("=", "!=") and kind in ("quoted", "word", "regex"):
        equal = _equality(kind, literal, number)
        return lambda document: any(equal(value) == (operator == "=") for value in _select(document, selector)
                                    if isinstance(value, (str, int, float)))
    orders = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
    if operator not in orders or number is None:
        raise invalid_pattern()
    return lambda document: any(orders[operator](value, number) for value in _select(document, selector)
                                if isinstance(value, (int, float)) and not isinstance(value, bool))


def _equality(kind, literal, number):
    if kind == "regex":
        expression = re.compile(literal[1:-1])
    else:
        expression = re.compile(".*".join(re.escape(part) for part in literal.split("*")) + r"\Z", re.DOTALL)
    find = expression.search if kind == "regex" else expression.match

    def equal(value):
        if number is not None and isinstance(value, (int, float)) and not isinstance(value, bool):
            return value == number
        return find(value if isinstance(value, str) else json.dumps(value)) is not None

    return equal


def _number(word):
    try:
        return float(word)
    except ValueError:
        return None
