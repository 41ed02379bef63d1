"""tests/deploy/hcl.py: expressions and what Terraform makes of them."""

import pytest

from tests.deploy.hcl import Unset, evaluate, parts
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


@pytest.mark.parametrize("text", VALUES)
def test_an_expression_is_worth_what_terraform_says(expressions, text):
    if VALUES[text] is Unset:
        with pytest.raises(Unset):
            evaluate(expressions[text], SCOPE)
    else:
        assert evaluate(expressions[text], SCOPE) == VALUES[text]
