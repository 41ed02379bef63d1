"""What expressions of HCL are worth: as much of the language as deploy/aws uses. What isn't known here is an error, so
nothing is taken for evaluated that wasn't."""

import base64
import hashlib
import itertools
import json
import math
import operator
import pathlib
import re
import textwrap


class Unset(Exception):
    """There is no value: Terraform would stop here, or this part of the language isn't known here."""


LEAVES = {"LPAR", "RPAR", "LSQB", "RSQB", "LBRACE", "RBRACE", "COMMA", "DOT", "EQ", "COLON", "DBLQUOTE", "QMARK",
          "INTERP_START", "FOR", "IN", "IF", "FOR_OBJECT_ARROW", "FULL_SPLAT_START", "NL_OR_COMMENT",
          "new_line_or_comment"}


def parts(node):
    """The children that mean something."""
    return [child for child in node[1:] if child[0] not in LEAVES]


def walk(node):
    yield node
    for child in node[1:]:
        if isinstance(child, list):
            yield from walk(child)


def references(node, root):
    """The names behind `root.`: {"name", "tags"} for root "var"."""
    found = set()
    for each in walk(node):
        if each[0] == "get_attr_expr_term" and parts(each)[0] == ["expr_term", ["identifier", ["NAME", root]]]:
            found.add(parts(parts(each)[1])[0][1][1])
    return found


def to_text(value):
    if value is None or isinstance(value, (dict, list)):
        raise Unset("a template needs a text, number or boolean")
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


def regex(pattern, text):
    match = re.search(pattern, text)
    if not match:
        raise Unset("regex: no match")
    return match.group()


def coalesce(*values):
    for value in values:
        if value not in (None, ""):
            return value
    raise Unset("coalesce: all are null or empty")


def merge(*maps):
    return {key: value for each in maps for key, value in each.items()}


def unique(values):
    return [value for index, value in enumerate(values) if value not in values[:index]]


def one(values):
    if len(values) > 1:
        raise Unset("one: more than one")
    return values[0] if values else None


def fileset(folder, pattern):
    """Only what the modules here use: `**` at the end, which means files at any depth."""
    folder = pathlib.Path(folder)
    found = folder.glob(f"{pattern}/*" if pattern.endswith("**") else pattern)
    return sorted(str(path.relative_to(folder)) for path in found if path.is_file())


def filesha256(name):
    return hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()


def templatefile(name, values):
    """Only names in the braces, no expressions."""
    def replace(match):
        if match[1]:
            return match[0][1:]
        if match[2] not in values:
            raise Unset(f"the template has no {match[2]}")
        return to_text(values[match[2]])

    return re.sub(r"\$(\$)?\{(\w*)[^}]*\}", replace, pathlib.Path(name).read_text(encoding="utf-8"))


FUNCTIONS = {
    "alltrue": all, "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "coalesce": coalesce, "concat": lambda *lists: list(itertools.chain(*lists)),
    "contains": lambda values, value: value in values, "distinct": unique, "fileset": fileset,
    "filesha256": filesha256, "floor": math.floor, "join": lambda by, texts: by.join(texts),
    "jsonencode": lambda value: json.dumps(value, separators=(",", ":")), "keys": sorted, "length": len, "max": max,
    "merge": merge, "one": one, "regex": regex, "replace": lambda text, old, new: text.replace(old, new),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(), "sort": sorted, "startswith": str.startswith,
    "substr": lambda text, start, length: text[start:start + length], "templatefile": templatefile, "tolist": list,
    "toset": lambda values: sorted(unique(values)),
    "values": lambda table: [table[key] for key in sorted(table)],
}
OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "/": lambda left, right: left // right if left % right == 0 else left / right,
    "%": lambda left, right: left - right * math.trunc(left / right),  # has the sign of the left side
}


def evaluate(node, scope):
    """`scope`: what the first names of references mean; each must be subscriptable by the names behind it."""
    return RULES[node[0]](node, parts(node), scope)


def only(_node, children, scope):
    (child,) = children
    return evaluate(child, scope)


def identifier(node, _children, scope):
    name = node[1][1]
    if name not in scope:
        raise Unset(f"nothing is called {name}")
    return scope[name]


def literal(node, _children, _scope):
    return {"null": None, "true": True, "false": False}[node[1][1]]


def string(_node, children, scope):
    values = [string_part(child, scope) for child in children]
    return values[0] if len(values) == 1 and children[0][1][0] == "interpolation" else "".join(map(to_text, values))


def string_part(node, scope):
    kind, text = node[1][0], node[1][1]
    if kind == "interpolation":
        return evaluate(*parts(node[1]), scope)
    return json.loads(f'"{text}"') if kind == "STRING_CHARS" else text[1:]  # $${ and %%{ stand for ${ and %{


def heredoc(node, _children, _scope):
    lines = node[1][1].splitlines(keepends=True)
    if any(mark in node[1][1] for mark in ("${", "%{")):
        raise Unset("templates in a heredoc are not evaluated here")
    return textwrap.dedent("".join(lines[1:-1]))


def make_object(_node, children, scope):
    return dict(object_element(child, scope) for child in children)


def object_element(node, scope):
    key, value = parts(node)
    (key,) = parts(key)
    bare = key[0] == "expr_term" and key[1][0] == "identifier"
    return key[1][1][1] if bare else evaluate(key, scope), evaluate(value, scope)


def call(_node, children, scope):
    name = children[0][1][1]
    given = children[1:]
    if name == "can":
        return succeeds(*parts(given[0]), scope)
    arguments = parts(given[0]) if given else []
    spread = bool(arguments) and arguments[-1][0] == "ELLIPSIS"
    values = [evaluate(argument, scope) for argument in arguments if argument[0] != "ELLIPSIS"]
    if spread:
        values = values[:-1] + list(values[-1])
    if name not in FUNCTIONS:
        raise Unset(f"no function {name} here")
    return FUNCTIONS[name](*values)


def succeeds(node, scope):
    try:
        evaluate(node, scope)
    except Unset:
        return False
    return True


def at(value, key):
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        raise Unset(f"there is no {key!r}") from None


def get_attribute(_node, children, scope):
    return at(evaluate(children[0], scope), parts(children[1])[0][1][1])


def get_index(_node, children, scope):
    return at(evaluate(children[0], scope), evaluate(*parts(children[1]), scope))


def splat(_node, children, scope):
    values = evaluate(children[0], scope)
    for step in parts(children[1]):
        values = [at(value, parts(step)[0][1][1]) for value in values]
    return values


def binary(_node, children, scope):
    left, (_, (_, (_, sign)), *rest) = children
    (right,) = [child for child in rest if child[0] not in LEAVES]
    if sign in ("&&", "||"):
        first = evaluate(left, scope)
        return first if first == (sign == "||") else evaluate(right, scope)
    return OPERATORS[sign](evaluate(left, scope), evaluate(right, scope))


def unary(node, _children, scope):
    value = evaluate(node[-1], scope)
    return not value if node[1][0] == "NOT" else -value


def conditional(_node, children, scope):
    condition, yes, no = children
    return evaluate(yes if evaluate(condition, scope) else no, scope)


def rounds(children, scope):
    """The scopes of a `for`, one for each element for which its `if` holds."""
    intro = parts(children[0])
    names = [each[1][1] for each in intro[:-1]]
    values = evaluate(intro[-1], scope)
    pairs = sorted(values.items()) if isinstance(values, dict) else enumerate(values)
    conditions = [parts(child)[0] for child in children if child[0] == "for_cond"]
    for key, value in pairs:
        inner = {**scope, **dict(zip(reversed(names), (value, key)))}
        if all(evaluate(condition, inner) for condition in conditions):
            yield inner


def for_tuple(_node, children, scope):
    return [evaluate(children[1], inner) for inner in rounds(children, scope)]


def for_object(_node, children, scope):
    if ["ELLIPSIS", "..."] in children:
        raise Unset("grouping is not evaluated here")
    return {evaluate(children[1], inner): evaluate(children[2], inner) for inner in rounds(children, scope)}


RULES = {
    "expr_term": only, "identifier": identifier, "literal_value": literal, "string": string,
    "int_lit": lambda node, *_: int(node[1][1]), "float_lit": lambda node, *_: float(node[1][1]),
    "heredoc_template_trim": heredoc, "tuple": lambda _, children, scope: [evaluate(each, scope) for each in children],
    "object": make_object, "function_call": call, "get_attr_expr_term": get_attribute, "index_expr_term": get_index,
    "full_splat_expr_term": splat, "binary_op": binary, "unary_op": unary, "conditional": conditional,
    "for_tuple_expr": for_tuple, "for_object_expr": for_object,
}
