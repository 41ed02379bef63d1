"""deploy/aws and the modules below it, examples too: what an expression refers to is declared in its folder. A parser
finds nothing wrong with a name that nobody has declared."""

import pytest

from tests.deploy.hcl import parts, walk
from tests.deploy.module import MODULE, Module

FOLDERS = sorted({path.parent for path in MODULE.rglob("*.tf")})
# What Terraform itself declares.
BUILT_IN = {"path", "each", "count", "self", "terraform"}


def chain(node):
    """["var", "name", "tags"] of var.name.tags, var.name[0].tags and var.name[*].tags; empty: it begins otherwise."""
    while node[0] == "expr_term" and len(parts(node)) == 1:
        (node,) = parts(node)
    if node[0] == "identifier":
        return [node[1][1]]
    if node[0] == "get_attr_expr_term":
        before, attribute = parts(node)
        return chain(before) + [parts(attribute)[0][1][1]] if chain(before) else []
    if node[0] == "index_expr_term":
        return chain(parts(node)[0])
    return []


def bound(tree):
    """Names of `for` expressions and `dynamic` blocks; they are told apart from others by their spelling only."""
    for node in walk(tree):
        if node[0] == "for_intro":
            yield from (part[1][1] for part in parts(node) if part[0] == "identifier")
        if node[0] == "block" and parts(node)[0] == ["identifier", ["NAME", "dynamic"]]:
            label = parts(node)[1]
            yield label[1][1] if label[0] == "identifier" else parts(label)[0][1][1]


def declared(module):
    names = {("var", name) for name in module.variables} | {("local", name) for name in module.locals}
    names |= {(kind, name) for kind, name, _ in module.of_kind("resource")}
    names |= {("data", kind, name) for kind, name, _ in module.of_kind("data")}
    return names | {("module", labels[0]) for kind, labels, _ in module.blocks if kind == "module"}


def unknown(module):
    """References that lead to nothing."""
    known = declared(module)
    free = BUILT_IN.union(*(bound(tree) for tree in module.trees.values()))
    for tree in module.trees.values():
        for names in filter(None, (chain(node) for node in walk(tree) if node[0] == "get_attr_expr_term")):
            length = 3 if names[0] == "data" else 2
            if names[0] not in free and len(names) >= length and tuple(names[:length]) not in known:
                yield ".".join(names[:length])


@pytest.mark.parametrize("folder", FOLDERS, ids=[str(path.relative_to(MODULE)) for path in FOLDERS])
def test_every_reference_leads_somewhere(folder):
    assert set(unknown(Module(folder))) == set()


def test_one_that_does_not_is_found(tmp_path):
    (tmp_path / "main.tf").write_text('''
variable "name" { type = string }
locals { here = [for each_name in var.names : each_name.x] }
data "aws_region" "current" {}
resource "aws_x" "one" {
  a = "${local.there}-${data.aws_region.other.id}"
  b = aws_x.two[0].id
  c = [module.none.arn, local.here, data.aws_region.current.id, each.value, var.name]
}
''')
    assert set(unknown(Module(tmp_path))) == {"var.names", "local.there", "data.aws_region.other", "aws_x.two",
                                              "module.none"}
