"""A Terraform module: its blocks, and what its resources would be with given variables. No provider and no network."""

import json
import os
import pathlib
import subprocess

import pytest

from tests.deploy.hcl import Unset, evaluate, parts, references

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = ROOT / "deploy" / "aws"
PARSER = ROOT / ".venv" / "bin" / "python"
META = ("for_each", "count", "depends_on", "lifecycle")
WHERE = {"aws_caller_identity": {"current": {"account_id": "111122223333"}},
         "aws_partition": {"current": {"partition": "aws"}}, "aws_region": {"current": {"id": "eu-west-1"}}}


def read_trees(files):
    """{file: syntax tree}. Without the parser the test skips; where TOWLINE_REQUIRE_INTEROP is set, it fails."""
    if not PARSER.exists():
        (pytest.fail if os.environ.get("TOWLINE_REQUIRE_INTEROP") else pytest.skip)("no HCL parser: make setup-interop")
    result = subprocess.run([PARSER, pathlib.Path(__file__).with_name("hcl_tree.py"), *files], capture_output=True,
                            text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    return {pathlib.Path(name): tree for name, tree in json.loads(result.stdout).items()}


class Body:
    """What stands in the braces of a block: attributes (expressions) and blocks (type, labels, Body)."""

    def __init__(self, node):
        self.attributes, self.blocks = {}, []
        for child in parts(node):
            if child[0] == "attribute":
                name, expression = parts(child)
                assert name[1][1] not in self.attributes, f"twice: {name[1][1]}"
                self.attributes[name[1][1]] = expression
            else:
                *names, body = parts(child)
                kind, *labels = [label(name) for name in names]
                self.blocks.append((kind, labels, Body(body)))

    def evaluate(self, scope):
        """Attributes by their names; blocks in lists by their types."""
        value = {name: evaluate(node, scope) for name, node in self.attributes.items() if name not in META}
        for kind, labels, body in self.blocks:
            if kind == "dynamic":
                value.setdefault(labels[0], []).extend(body.each(labels[0], scope))
            elif kind == "provisioner":
                value.setdefault(kind, []).append({"type": labels[0], **body.evaluate(scope)})
            else:
                assert not labels, kind
                value.setdefault(kind, []).append(body.evaluate(scope))
        return value

    def each(self, name, scope):
        """The blocks that a dynamic block stands for."""
        ((_, _, content),) = self.blocks
        return [content.evaluate({**scope, name: {"value": value}})
                for value in evaluate(self.attributes["for_each"], scope)]


def label(node):
    return node[1][1] if node[0] == "identifier" else parts(node)[0][1][1]


class Locals(dict):
    """Evaluated when they are first asked for."""

    def __init__(self, nodes, scope):
        super().__init__()
        self._nodes, self._scope = nodes, scope

    def __missing__(self, name):
        self[name] = evaluate(self._nodes[name], self._scope)
        return self[name]


class Instance(dict):
    """A resource that would be made. What only AWS knows about it is a text that says what it is."""

    def __init__(self, address, values):
        super().__init__(values)
        self.address = address

    def __missing__(self, name):
        return f"<{self.address}.{name}>"


class Module:
    def __init__(self, directory):
        self.directory = directory
        self.trees = read_trees(sorted(directory.glob("*.tf")))
        self.blocks = [block for tree in self.trees.values() for block in Body(parts(tree)[0]).blocks]
        self.variables = {labels[0]: body for kind, labels, body in self.blocks if kind == "variable"}
        self.outputs = {labels[0]: body for kind, labels, body in self.blocks if kind == "output"}
        self.locals = {name: node for kind, _, body in self.blocks if kind == "locals"
                       for name, node in body.attributes.items()}

    def of_kind(self, kind):
        """[(type, name, Body)] of resources or data sources."""
        return [(labels[0], labels[1], body) for block, labels, body in self.blocks if block == kind]

    def references(self, root):
        """Names behind `root.` anywhere but in the validations of variables."""
        bodies = [tree for tree in self.trees.values() for tree in outside_of_variables(tree)]
        return set().union(*(references(tree, root) for tree in bodies))

    def plan(self, **variables):
        return Plan(self, variables)


def outside_of_variables(tree):
    return [block for block in parts(parts(tree)[0]) if label(parts(block)[0]) != "variable"]


def bare(node):
    return parts(node)[0] if node[0] == "expr_term" else node


def convert(node, value):
    """What a value becomes by a type, with the defaults of optional attributes."""
    node = bare(node)
    if node[0] == "identifier":
        assert node[1][1] in ("string", "number", "bool"), node
        return value
    name, arguments = parts(node)
    kind, inner = label(name), bare(parts(arguments)[0])
    if kind == "object":
        return convert_object(inner, value)
    assert kind in ("map", "list", "set"), kind
    if kind == "map":
        return {key: convert(inner, each) for key, each in value.items()}
    values = [convert(inner, each) for each in value]
    return sorted(set(values)) if kind == "set" else values


def convert_object(node, value):
    types = {label(bare(parts(key)[0])): each for key, each in map(parts, parts(node))}
    if unknown := value.keys() - types.keys():
        raise Unset(f"no such attribute: {unknown}")
    return {name: attribute(each, value.get(name)) for name, each in types.items()}


def attribute(node, value):
    name, arguments = parts(bare(node))
    assert label(name) == "optional", "every attribute has a default here"
    kind, default = parts(arguments)
    return convert(kind, evaluate(default, {}) if value is None else value)


class Plan:
    """What the module makes of variables. `refused`: error messages of the validations that don't hold."""

    def __init__(self, module, given):
        assert given.keys() <= module.variables.keys(), "no such variable"
        self.module, self.resources, self.data = module, {}, {kind: dict(each) for kind, each in WHERE.items()}
        self.var = {name: self._variable(name, body, given) for name, body in module.variables.items()}
        self.refused = [message for body in module.variables.values() for message in self._refusals(body)]
        self.scope = {"var": self.var, "data": self.data, "path": {"module": str(module.directory)}}
        self.scope["local"] = Locals(module.locals, self.scope)
        if not self.refused:
            self._make()

    def _variable(self, name, body, given):
        assert name in given or "default" in body.attributes, f"{name} has no value"
        value = given[name] if name in given else evaluate(body.attributes["default"], {})
        return None if value is None else convert(body.attributes["type"], value)

    def _refusals(self, body):
        for kind, _, validation in body.blocks:
            assert kind == "validation"
            if not evaluate(validation.attributes["condition"], {"var": self.var}):
                yield evaluate(validation.attributes["error_message"], {"var": self.var})

    def _make(self):
        for kind, name, body in self.module.of_kind("data"):
            if kind == "aws_iam_policy_document":
                value = {"json": json.dumps(policy(body.evaluate(self.scope)))}
                self.data.setdefault(kind, {})[name] = value
            assert name in self.data[kind], f"data.{kind}.{name}"
        waiting = self.module.of_kind("resource")
        while waiting:
            ready = [each for each in waiting if not self._missing(each[2])]
            assert ready, "resources wait for each other"
            for kind, name, body in ready:
                self.scope.setdefault(kind, {})[name] = self.resources[kind, name] = self._instances(kind, name, body)
            waiting = [each for each in waiting if each not in ready]

    def _missing(self, body):
        """Resources that an expression of the body leads to, also by way of locals, and that aren't made yet."""
        nodes, seen = list(expressions(body)), set()
        for node in nodes:
            for kind, name in {(kind, name) for kind, name, _ in self.module.of_kind("resource")}:
                if name in references(node, kind) and name not in self.scope.get(kind, {}):
                    return True
            fresh = references(node, "local") - seen
            seen |= fresh
            nodes.extend(self.module.locals[name] for name in fresh)
        return False

    def _instances(self, kind, name, body):
        address = f"{kind}.{name}"
        if "count" in body.attributes:
            return [Instance(f"{address}[{index}]", body.evaluate({**self.scope, "count": {"index": index}}))
                    for index in range(evaluate(body.attributes["count"], self.scope))]
        if "for_each" not in body.attributes:
            return Instance(address, body.evaluate(self.scope))
        each = evaluate(body.attributes["for_each"], self.scope)
        pairs = each.items() if isinstance(each, dict) else ((value, value) for value in each)
        scopes = {key: {**self.scope, "each": {"key": key, "value": value}} for key, value in pairs}
        return {key: Instance(f'{address}["{key}"]', body.evaluate(scope)) for key, scope in scopes.items()}

    def unmet(self, name):
        """Error messages of the preconditions of an output that don't hold."""
        conditions = [body for kind, _, body in self.module.outputs[name].blocks if kind == "precondition"]
        return [evaluate(body.attributes["error_message"], self.scope) for body in conditions
                if not evaluate(body.attributes["condition"], self.scope)]

    def output(self, name):
        return evaluate(self.module.outputs[name].attributes["value"], self.scope)


def expressions(body):
    yield from body.attributes.values()
    for _, _, inner in body.blocks:
        yield from expressions(inner)


def policy(document):
    """The JSON that the provider writes for an aws_iam_policy_document: the statements of the sources first."""
    assert document.keys() <= {"source_policy_documents", "statement"}
    sources = [json.loads(text) for text in document.get("source_policy_documents", [])]
    statements = [each for source in sources for each in source["Statement"]]
    for each in document.get("statement", []):
        assert each.keys() <= {"sid", "effect", "actions", "resources"}, "teach this function the others first"
        statements.append({"Sid": each["sid"], "Effect": each["effect"], "Action": sorted(each["actions"]),
                           "Resource": sorted(each["resources"])})
    return {"Version": "2012-10-17", "Statement": statements}

