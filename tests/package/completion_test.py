"""Completion: what the shells themselves offer."""

import shutil
import subprocess

import pytest

from tests.support.daemon import ROOT

FOLDER = ROOT / "deploy" / "completion"
FILES = ("one.yaml", "two words.yaml", "folder/three.yaml")
# What is typed, and what is offered.
OFFERED = {
    "towline le": ["ledger"],
    "towline --ver": ["--version"],
    "towline healthcheck --l": ["--live"],
    "towline test --color a": ["always", "auto"],
    "towline run --config one": ["one.yaml"],
    "towline check t": ["two words.yaml"],
    "towline logs --data-dir f": ["folder"],
    "towline logs --user o": [],
}


@pytest.fixture(name="here")
def _here(tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def shell(name, script, here, *arguments):
    if not shutil.which(name):
        pytest.skip(f"no {name} here")
    result = subprocess.run([name, *arguments, "-c", script], capture_output=True, text=True, check=True, cwd=here,
                            timeout=60, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(here)})
    assert result.stderr == "", result.stderr
    return result.stdout.splitlines()


def bash(words, here):
    quoted = " ".join(f"'{word}'" for word in words)
    return shell("bash", f"source {FOLDER}/towline.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _towline;"
                         '[ ${#COMPREPLY[@]} = 0 ] || printf "%s\\n" "${COMPREPLY[@]}"', here)


@pytest.mark.parametrize("typed", OFFERED)
def test_bash(here, typed):
    assert sorted(bash(typed.split(" "), here)) == OFFERED[typed]


def test_bash_after_an_equals_sign(here):
    """`--color=a`: three words to bash."""
    assert sorted(bash(["towline", "test", "--color", "=", "a"], here)) == ["always", "auto"]
    assert sorted(bash(["towline", "test", "--color", "="], here)) == ["always", "auto", "never"]


def test_bash_offers_every_option_of_a_command(here):
    assert {"--sink", "--reason", "--since", "--url"} <= set(bash(["towline", "replay", "--"], here))
    assert "--sink" not in bash(["towline", "ledger", "--"], here)


@pytest.mark.parametrize("typed", OFFERED)
def test_fish(here, typed):
    lines = shell("fish", f"source {FOLDER}/towline.fish; complete -C '{typed}'", here)
    offered = sorted(line.split("\t")[0].rstrip("/").replace("\\ ", " ") for line in lines)
    assert [each for each in offered if typed.split()[-1] in each] == OFFERED[typed]


# A second zsh at a terminal, which is asked with Tab, and what stands on its screen then.
ZSH = r"""
zmodload zsh/zpty
zpty -b inner 'PS1=; exec zsh -f -i'
tell() { zpty -w inner "$1"; }
tell 'unsetopt ZLE_RPROMPT_INDENT; PS1=; LISTMAX=1000; fpath=(FOLDER $fpath); autoload -Uz compinit; compinit -u -D'
tell 'zstyle ":completion:*" list-colors; bindkey "^I" complete-word; print re""ady'
read_until() { local text= part; local -i turns=0
  while (( turns++ < 40 )); do zpty -rt inner part && text+=$part || sleep 0.05; [[ $text == *$1* ]] && break; done
  print -r -- "$text"; }
read_until ready >/dev/null
zpty -w -n inner $'TYPED\t'
read_until '@never@'
"""


@pytest.mark.parametrize("typed", ["towline le", "towline healthcheck --l", "towline check t"])
def test_zsh(here, typed):
    screen = "".join(shell("zsh", ZSH.replace("FOLDER", str(FOLDER)).replace("TYPED", typed), here, "-f"))
    (offered,) = OFFERED[typed]
    assert offered.removeprefix(typed.split()[-1]).replace(" ", "\\ ") in screen
