"""The READMEs of the modules."""

from tests.deploy.module import MODULE

README = (MODULE / "README.md").read_text()


def table(title, readme=README):
    """Rows of the first table below a heading, without its head."""
    section = readme.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines()
            if line.startswith("|")]
    return rows[2:]
