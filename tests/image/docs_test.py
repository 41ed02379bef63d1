"""docs/docker.md says what the built-in configuration looks at, all of it and nothing else."""

import re

from tests.image.compose import ROOT

OURS = r"\b((?:TOWLINE|BETTERSTACK|CLOUDWATCH)_[A-Z_]+|LOG_DESTINATION)\b"


def test_every_variable_is_told():
    page = (ROOT / "docs/docker.md").read_text()
    table = page[page.index("## Environment"):]
    configurations = "".join(path.read_text() for path in sorted((ROOT / "config").glob("builtin-*.yaml")))
    replaced = set(re.findall(r"^[^#\n]*\$\{(\w+)", configurations, re.MULTILINE))
    chosen = set(re.findall(rf'"{OURS}"', (ROOT / "src/app/builtin.cpp").read_text()))
    assert len(replaced) >= 8 and "LOG_DESTINATION" in chosen
    told = set(re.findall(OURS, table))
    assert told == (replaced | chosen)
    for name in replaced & told:
        for default in set(re.findall(rf"\$\{{{name}:-([^}}]+)\}}", configurations)):
            assert default in re.search(rf"^\|.*`{name}`.*$", table, re.MULTILINE).group(), f"{name}: {default}"
