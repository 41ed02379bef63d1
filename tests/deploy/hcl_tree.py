"""Reads HCL files and prints {name: syntax tree} as JSON: what tests/deploy/hcl.py works on. Runs in .venv, where the
parser is. A tree is [rule, child, ...], a token [TYPE, text]. A file that isn't HCL ends it with the file's name.

    .venv/bin/python tests/deploy/hcl_tree.py FILE...
"""

import json
import pathlib
import sys

import hcl2
import lark


def plain(node):
    if isinstance(node, lark.Tree):
        return [str(node.data), *(plain(child) for child in node.children)]
    return [node.type, str(node)]


def main(names):
    trees = {}
    for name in names:
        try:
            trees[name] = plain(hcl2.parses_to_tree(pathlib.Path(name).read_text(encoding="utf-8")))
        except lark.exceptions.LarkError as error:
            return f"{name}: {error}"
    print(json.dumps(trees))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
