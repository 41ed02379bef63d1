"""Makes API calls to AWS, played by moto, and holds them against AWS' own description of its APIs. Runs in .venv.

    .venv/bin/python tests/deploy/aws_api.py < calls.json      # {name: [[service, operation, {parameter: value}], ...]}

Every name gets an account of its own. Prints {name: [what is wrong, ...]}.
"""

import functools
import json
import os
import sys

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1")

import boto3  # noqa: E402  (looks at the environment)
import botocore.exceptions  # noqa: E402
import moto  # noqa: E402
import regex  # noqa: E402  (patterns of AWS' descriptions have \p{...}, which re doesn't know)


def violations(shape, value, path):
    """The rules of a shape that botocore doesn't look at by itself: enumerations, patterns, lengths, ranges."""
    rules = shape.metadata
    if shape.type_name == "structure":
        for name, each in value.items():
            yield from violations(shape.members[name], each, f"{path}.{name}")
    elif shape.type_name == "list":
        for each in value:
            yield from violations(shape.member, each, f"{path}[]")
    elif shape.type_name == "map":
        for key, each in value.items():
            yield from violations(shape.key, key, f"{path} key")
            yield from violations(shape.value, each, f"{path}.{key}")
    if shape.type_name == "string":
        if rules.get("enum") and value not in rules["enum"]:
            yield f"{path}: {value!r} is none of {rules['enum']}"
        if "pattern" in rules and not regex.fullmatch(rules["pattern"], value, regex.DOTALL):
            yield f"{path}: {value!r} doesn't match {rules['pattern']}"
    size = value if isinstance(value, (int, float)) else len(value)
    if not rules.get("min", size) <= size <= rules.get("max", size):
        yield f"{path}: {size} is not from {rules.get('min')} to {rules.get('max')}"


@functools.lru_cache
def client_of(service):
    return boto3.client(service)


def method(client, operation):
    names = client.meta.method_to_api_mapping
    return next(getattr(client, name) for name, each in names.items() if each == operation)


def tried(service, operation, parameters):
    client = client_of(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    try:
        method(client, operation)(**parameters)
    except (botocore.exceptions.ClientError, botocore.exceptions.ParamValidationError) as error:
        yield f"{operation}: {error}"
        return
    yield from violations(shape, parameters, operation)


def problems(calls):
    with moto.mock_aws():
        return [problem for call in calls for problem in tried(*call)]


if __name__ == "__main__":
    json.dump({name: problems(calls) for name, calls in json.load(sys.stdin).items()}, sys.stdout)
