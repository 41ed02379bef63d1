"""tests/deploy/hcl.py: expressions and what Terraform makes of them."""

import pytest

from tests.deploy.hcl import FUNCTIONS, Unset, evaluate, parts
from tests.deploy.module import Body, read_trees

SCOPE = {"var": {"name": "shop", "groups": {"b": {"days": 7}, "a": {"days": 30}}, "none": None, "list": ["x", "y"]}}
VALUES = {
    '"a-${var.name}-${1 + 2 * 3}"': "a-shop-7",
    '"$${x} %%{y} \\"q\\" \\u00e9"': '${x} %{y} "q" é',
    '"${var.list}"': ["x", "y"],
    "7 / 2": 3.5,
    "-7 % 4": -3,
    "[for key, group in var.groups : \"${key}=${group.days}\"]": ["a=30", "b=7"],
    "[for index, value in var.list : index if value != \"x\"]": [1],
    "{ for value in var.list : value => length(value) }": {"x": 1, "y": 1},
    "merge([for value in var.list : { (value) = 1, \"k\" = value }]...)": {"x": 1, "y": 1, "k": "y"},
    "keys(var.groups)": ["a", "b"],
    "values(var.groups)[*].days": [30, 7],
    "var.groups[\"b\"].days > 7 || !(1 == 2) && true": True,
    "var.none == null ? \"yes\" : \"no\"": "yes",
    "coalesce(var.none, \"\", \"x\")": "x",
    "can(var.groups.c)": False,
    "can(regex(\"^s[a-z]+$\", var.name))": True,
    "jsonencode({ a = [1, true, null], b = \"\\\"\" })": '{"a":[1,true,null],"b":"\\""}',
    "toset([\"b\", \"a\", \"b\"])": ["a", "b"],
    "one([])": None,
    "substr(\"abcdef\", 1, 3)": "bcd",
    "distinct([\"b\", \"a\", \"b\"])": ["b", "a"],
    "base64encode(\"towline\")": "dG93bGluZQ==",
    "sha256(\"\")": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "one(var.list)": Unset,
    "\"${var.none}\"": None,
    "\"x${var.none}\"": Unset,
    "var.missing": Unset,
    # Terraform knows these.
    "upper(\"x\")": Unset,
    "{ for key, group in var.groups : group.days => key... }": Unset,
}


@pytest.fixture(name="expressions", scope="session")
def _expressions(tmp_path_factory):
    file = tmp_path_factory.mktemp("hcl") / "expressions.tf"
    file.write_text("".join(f"e{number} = {text}\n" for number, text in enumerate(VALUES)))
    (tree,) = read_trees([file]).values()
    return dict(zip(VALUES, Body(parts(tree)[0]).attributes.values()))


def test_files_and_templates(tmp_path):
    for name in ("src/a.cpp", "src/deep/b.cpp", "docs/c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert FUNCTIONS["fileset"](tmp_path, "src/**") == ["src/a.cpp", "src/deep/b.cpp"]
    assert FUNCTIONS["fileset"](tmp_path, "src/*") == ["src/a.cpp"]
    template = tmp_path / "template"
    template.write_text("$${HOME} $(pwd) $x ${name}")
    assert FUNCTIONS["templatefile"](template, {"name": "shop"}) == "${HOME} $(pwd) $x shop"
    with pytest.raises(Unset):
        FUNCTIONS["templatefile"](template, {})


@pytest.mark.parametrize("text", VALUES)
def test_an_expression_is_worth_what_terraform_says(expressions, text):
    if VALUES[text] is Unset:
        with pytest.raises(Unset):
            evaluate(expressions[text], SCOPE)
    else:
        assert evaluate(expressions[text], SCOPE) == VALUES[text]
