"""docker/compose.yaml as Compose reads it, as far as the file goes: variables replaced, services by name."""

import json
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "docker/compose.yaml"
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?:(:?[-+?])([^}]*))?\})")


def replaced(text, variables):
    """`${NAME}`, `${NAME:-default}`, `${NAME:+instead}` and `$$`, the forms that the file may use."""
    def value(match):
        dollar, name, operator, word = match.groups()
        if dollar:
            return "$"
        is_set = bool(variables.get(name))
        if operator is None:
            raise KeyError(f"{name} has no default: the file must work without credentials")
        assert operator in (":-", ":+"), match.group()
        if operator == ":-":
            return variables[name] if is_set else word
        return word if is_set else ""

    return VARIABLE.sub(value, text)


def load(**variables):
    """The file as a dictionary. Variables are replaced in values only, as Compose does, after parsing."""
    def walk(node):
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, list):
            return [walk(each) for each in node]
        return replaced(node, variables) if isinstance(node, str) else node

    return walk(yaml.safe_load(FILE.read_text()))


def environment(service):
    return {name: str(value) for name, value in service.get("environment", {}).items()}


def grafana(path):
    text = (ROOT / "docker/grafana" / path).read_text()
    return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
