"""The command line as `towline --help` tells it: what the man page and the completions are made of."""

import dataclasses
import re
import subprocess

ENTRY = re.compile(r"  (\S.*?)(?:\s{2,}(\S.*))?")
CHOICES = re.compile(r":\{([^}]*)\}")
SECTIONS = ("Positionals", "Options", "Subcommands")


@dataclasses.dataclass
class Argument:
    """An option or a positional. `names`: ["-c", "--config"], or ["FILE"]. `kind`: "" for a flag."""
    names: list
    kind: str
    choices: list
    repeats: bool
    default: str
    text: str


@dataclasses.dataclass
class Command:
    name: str
    description: str
    usage: str
    options: list
    positionals: list
    commands: list  # (name, description)
    footer: str


def argument(head, text):
    choices = CHOICES.search(head)
    words = CHOICES.sub("", head.split(" Excludes:")[0].split(" Needs:")[0]).split()
    kind, _, default = words[1].partition("=") if len(words) > 1 else ("", "", "")
    return Argument(words[0].split(","), kind, choices[1].split(",") if choices else [], "..." in words, default, text)


def entries(lines):
    """[(head, text)] of a section."""
    found = []
    for line in lines:
        match = ENTRY.fullmatch(line)
        if match:
            found.append([match[1], match[2] or ""])
        else:
            found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
    return found


def split(text):
    """{section: lines} of a help text; what is in front of the usage is "", what is behind all sections "footer"."""
    parts, section = {"": [], "footer": []}, ""
    for line in text.rstrip().splitlines():
        if line.startswith("Usage:"):
            parts["usage"], section = [line.removeprefix("Usage:").strip()], "footer"
        elif line.rstrip(":") in SECTIONS:
            section = line.rstrip(":")
            parts[section] = []
        elif section in SECTIONS and not line:
            section = "footer"
        elif line or section == "footer":
            parts[section].append(line)
    return parts


def parse(name, text):
    parts = split(text)
    options, positionals = ([argument(*each) for each in entries(parts.get(section, []))]
                            for section in ("Options", "Positionals"))
    return Command(name, " ".join(parts[""]), parts["usage"][0], options, positionals,
                   entries(parts.get("Subcommands", [])), "\n".join(parts["footer"]).strip())


def ask(binary, *words):
    result = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=True, timeout=20)
    return parse(" ".join(words), result.stdout)


def read(binary):
    """The command itself and {name: Command} of those below it."""
    root = ask(binary)
    return root, {name: ask(binary, name) for name, _ in root.commands}
