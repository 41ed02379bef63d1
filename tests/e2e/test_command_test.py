"""`towline test`: sample records through the transforms, compared with what is expected; offline."""

import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest

from tests.support import daemon as towline

CONFIG = """\
sources: { app: { type: tcp, listen: "127.0.0.1:9000" } }
transforms:
  clean:
    inputs: [app]
    steps:
      - rename: { timestamp: dt }
      - redact: { detect: [card] }
      - drop_if: '{ $.level = "DEBUG" }'
  shouting:
    inputs: [clean]
    steps:
      - set: { loud: true }
sinks:
  out: { type: console, inputs: [clean] }
"""
TWO_OUTPUTS = CONFIG + "  loud: { type: console, inputs: [shouting] }\n"
ONE_OUTPUT = CONFIG.replace("  shouting:\n    inputs: [clean]\n    steps:\n      - set: { loud: true }\n", "")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "towline.yaml").write_text(ONE_OUTPUT)
    (tmp_path / "tests").mkdir()
    return tmp_path


def case(project, text, name="cases.yaml"):
    file = project / "tests" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def run(project, *arguments):
    return towline.run("test", project / "towline.yaml", *arguments)


def test_cases_beside_the_configuration_pass(project):
    case(project, """\
- name: the time gets the name that the destination knows
  input: { timestamp: 5, level: INFO }
  expected: { level: INFO, dt: 5 }
- input: ['{"level":"DEBUG"}', '{"level":"INFO","n":1.50}']
  expected: [{ level: INFO, n: 1.50 }]
""")
    folder = project / "tests" / "cards"
    folder.mkdir()
    (folder / "input.ndjson").write_text('{"m":"4111 1111 1111 1111"}\nnot json\n')
    (folder / "expected.ndjson").write_text('{"m":"[REDACTED:card]"}\n{"message":"not json", "dt":'
                                            '"2026-01-01T00:00:00.000000000Z","towline":{"error":"not_object"}}\n')
    done = run(project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "3 passed, 0 failed"


def test_a_difference_is_shown_field_by_field(project):
    file = case(project, """\
- name: wrong
  input: { timestamp: 5, user: { name: x, id: 7 } }
  expected: { dt: 6, user: { name: x, id: 7 }, more: [1] }
""")
    done = run(project)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [f"FAIL  {file}:1: wrong", "      record 1", "      - dt: 6",
                                        "      - more.0: 1", "      + dt: 5", "0 passed, 1 failed"]


@pytest.mark.parametrize("written, shown", [
    ("expected: []", "      record 1 is not expected"),
    ("expected: [{ a: 1 }, { a: 2 }]", "      record 2 is missing"),
    ("expected: [{ a: '1' }]", '      - a: "1"'),
])
def test_what_fails(project, written, shown):
    case(project, f"- {{ input: '{{\"a\":1}}', {written} }}\n")
    done = run(project)
    assert done.returncode == 1
    assert shown in done.stdout


@pytest.mark.parametrize("written, shown", [
    ("at: nowhere, expected: []", "there is no transform or sink `nowhere`"),
    ("from: nowhere, expected: []", "there is no source `nowhere`"),
])
def test_a_case_that_can_not_run_is_no_failure_of_the_configuration(project, written, shown):
    case(project, f"- {{ input: '{{\"a\":1}}', {written} }}\n")
    for options in ([], ["--update"]):
        done = run(project, *options)
        assert done.returncode == 2
        assert shown in done.stdout


@pytest.mark.parametrize("expected", [
    '{"l":{"0":1},"d":1,"d":2,"o":{"a":1},"o":{"b":1}}',  # an object in the place of a list
    '{"l":[1],"d":2,"d":1,"o":{"a":1},"o":{"b":1}}',      # most readers take the last of several members
    '{"l":[1],"d":1,"d":2,"o":{"a":1,"b":1}}',            # two objects made one
])
def test_what_looks_alike_is_not_equal(project, expected):
    record = '{"l":[1],"d":1,"d":2,"o":{"a":1},"o":{"b":1}}'
    case(project, f"- {{ input: '{record}', expected: '{record}' }}\n")
    assert run(project).returncode == 0
    case(project, f"- {{ input: '{record}', expected: '{expected}' }}\n")
    assert run(project).returncode == 1


def test_a_text_is_cut_into_lines_as_a_source_would(project):
    case(project, """\
- input: |
    {"timestamp":1}

    {"timestamp":2}
  expected: |
    {"dt":1}
    {"dt":2}
""")
    done = run(project)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text, complaint", [
    ("- { input: x, facts: { 'ecs.': y } }", "facts: not the name of a fact"),
    ("- { input: x, facts: { ecs.a.b: y } }", "facts: not the name of a fact"),
    ("- { input: x, facts: { ecs.family: [y] } }", "facts: expected a text, not a list"),
    ("[]", "at least one case is needed"),
    ("- { input: }", "a case needs an `input`"),
    ("- { inptu: x }", "unknown key; did you mean `input`?"),
    ("- { name: x }", "a case needs an `input`"),
    ("{ a: b }", "expected a list of cases"),
    ("- [", "error"),
])
def test_cases_that_can_not_be_used(project, text, complaint):
    file = case(project, text)
    done = run(project)
    assert done.returncode == 2
    assert f"{file}:1:" in done.stderr.replace(":2:", ":1:")
    assert complaint.split(";")[0] in done.stderr


def test_no_cases_is_an_error(project):
    assert run(project).returncode == 2
    assert run(project, project / "missing.yaml").returncode == 2
    assert run(project, project / "towline.txt").returncode == 2


def test_a_bad_configuration_says_where(project):
    (project / "towline.yaml").write_text(ONE_OUTPUT.replace("rename:", "renmae:"))
    done = run(project)
    assert done.returncode == 2
    assert "towline.yaml:6:" in done.stderr and "did you mean `rename`?" in done.stderr


def test_with_several_outputs_a_case_says_which(project):
    (project / "towline.yaml").write_text(TWO_OUTPUTS)
    case(project, "- { input: { a: 1 }, expected: { a: 1 } }\n")
    assert "say with `at`" in run(project).stdout
    case(project, "- { input: { a: 1 }, expected: { a: 1 }, at: out }\n"
                  "- { input: { a: 1 }, expected: { a: 1, loud: true }, at: shouting }\n")
    assert run(project).returncode == 0


def test_update_writes_what_comes_out_and_nothing_else(project):
    file = case(project, """\
# kept
- name: quotes
  input: { timestamp: 5, text: "it's" }
  expected:
  - { dt: 6 }
  - { dt: 7 }
  # kept, too
  at: clean
- { input: { a: 1 }, expected: { a: 1 } }
""")
    folder = project / "tests" / "folder"
    folder.mkdir()
    (folder / "input.ndjson").write_text('{"timestamp":1}\n')
    (folder / "expected.ndjson").write_text("")
    assert run(project, "--update").returncode == 0
    assert run(project).returncode == 0
    assert file.read_text().startswith("# kept\n") and "  # kept, too\n  at: clean\n" in file.read_text()
    assert (folder / "expected.ndjson").read_text() == '{"dt":1}\n'


def test_update_refuses_what_it_can_not_splice(project):
    file = case(project, "- { input: { a: 1 }, expected: { a: 2 } }\n")
    done = run(project, "--update")
    assert done.returncode == 2
    assert f"{file}:1: `expected` must begin a line of its own" in done.stderr
    assert file.read_text() == "- { input: { a: 1 }, expected: { a: 2 } }\n"


@pytest.mark.parametrize("before, after", [
    # Brackets that are closed below the key.
    ("- input: { a: 1 }\n  expected: {\n    a: 2\n  }\n  at: clean\n", "\n  at: clean\n"),
    ("- input: { a: 1 }\n  expected: [\n    { a: 2 },\n  ]\n# next\n- input: { a: 1 }\n  expected: { a: 1 }\n",
     "\n# next\n- input: { a: 1 }\n  expected: { a: 1 }\n"),
    # Text that goes on where it likes.
    ("- input: { a: 1 }\n  expected: '{\"a\":\n\n2}'\n  at: clean\n", "\n  at: clean\n"),
    ("- input: { a: 1 }\n  expected:\n    - |\n     {\"a\":\n\n     2}\n\n  # at\n  at: clean\n", "\n\n  # at\n  at: clean\n"),
    # Line ends, and none at the end.
    ("- input: { a: 1 }\r\n  expected: []\r\n  at: clean\r\n", "'\r\n  at: clean\r\n"),
    ("- input: { a: 1 }\n  expected: []", "'"),
    ("- input: { a: 1 }\n  expected:\n  - a: 2\n-\n  input: { a: 1 }\n  expected: { a: 1 }\n...\n",
     "\n-\n  input: { a: 1 }\n  expected: { a: 1 }\n...\n"),
])
def test_update_leaves_the_rest_of_a_file_alone(project, before, after):
    file = case(project, "")
    file.write_bytes(before.encode())
    assert run(project, "--update").returncode == 0
    assert file.read_bytes().decode().endswith("""- '{"a":1}'""" + after.removeprefix("'"))
    assert run(project).returncode == 0


def test_update_refuses_a_case_in_braces(project):
    text = "- {\n    input: { a: 1 },\n    expected: [],\n    at: clean\n  }\n"
    file = case(project, text)
    done = run(project, "--update")
    assert done.returncode == 2
    assert f"{file}:1: to be updated a case must be in block style" in done.stderr
    assert file.read_text() == text


def test_update_follows_links_and_keeps_permissions(project):
    file = case(project, "- input: { a: 1 }\n  expected: []\n- input: { a: 1 }\n  expected: []\n")
    file.chmod(0o640)
    (project / "link.yaml").symlink_to(file)
    assert run(project, project / "link.yaml", file, "--update").returncode == 0
    assert (project / "link.yaml").is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert run(project).returncode == 0


def test_folders_that_can_not_be_read(project):
    case(project, "- { input: { a: 1 }, expected: { a: 1 } }\n")
    (project / "tests" / "again").symlink_to(project / "tests")
    done = run(project)
    assert done.returncode == 2
    assert "more than 32 folders within each other" in done.stderr


def test_records_do_not_steer_the_terminal(project):
    sample = project / "sample.ndjson"
    sample.write_bytes(b'\x1b[2Jtext \xc2\x9b \xff\n{"\\u001b[2J":1,"timestamp":2}\n')
    done = run(project, sample, "--explain")
    assert done.returncode == 0
    assert not [c for c in done.stdout if c < " " and c != "\n" or "\x7f" <= c < "\xa0"]


def test_explain_shows_each_step(project):
    sample = project / "sample.ndjson"
    sample.write_text('{"timestamp":3,"m":"4111111111111111"}\n{"level":"DEBUG"}\n')
    done = run(project, sample, "--explain")
    assert done.returncode == 0
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines == [f"sample {sample}", "input 1", "clean 1_rename", "- timestamp: 3", "+ dt: 3", "clean 2_redact",
                     '- m: "4111111111111111"', '+ m: "[REDACTED:card]"', "clean 3_drop_if: no change", "input 2",
                     "clean 1_rename: no change", "clean 2_redact: no change", "clean 3_drop_if: filtered",
                     "1 passed, 0 failed"]


def test_pii_that_is_left_fails_without_showing_it(project):
    sample = project / "sample.ndjson"
    sample.write_text('{"user":{"contact":"ann@example.com"}}\n')
    assert run(project, sample).returncode == 0
    done = run(project, sample, "--pii", "--junit", project / "junit.xml")
    assert done.returncode == 1
    assert "still there: email in user.contact" in done.stdout
    failure = ET.parse(project / "junit.xml").getroot().find("testcase/failure")
    assert "email in user.contact" in failure.text
    (project / "towline.yaml").write_text(ONE_OUTPUT.replace("{ detect: [card] }", "{}"))
    assert run(project, sample, "--pii").returncode == 0


def test_pii_says_what_it_can_not_examine(project):
    (project / "towline.yaml").write_text(ONE_OUTPUT.replace("rename: { timestamp: dt }", "rename: { a: b.c.d }"))
    case(project, '- input: \'{"a":' + 126 * "[" + '"ann@example.com"' + 126 * "]" + "}'\n")
    assert run(project).returncode == 0
    done = run(project, "--pii")
    assert done.returncode == 1
    assert "still there: a record that can't be examined: too_deep" in done.stdout


def test_junit_counts_failures(project):
    case(project, "- { name: 'a <&> b', input: { a: 1 }, expected: { a: 1 } }\n- { input: { a: 1 }, expected: [] }\n")
    assert run(project, "--junit", project / "junit.xml").returncode == 1
    suite = ET.parse(project / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite.find("testcase").get("name") == "a <&> b"
    assert run(project, "--junit", project / "no" / "junit.xml").returncode == 2


def test_colour_is_for_terminals(project):
    case(project, "- { input: { a: 1 }, expected: { a: 1 } }\n")
    assert "\x1b[" not in run(project).stdout
    assert "\x1b[32m" in run(project, "--color", "always").stdout


def test_samples_come_from_the_standard_input(project):
    done = subprocess.run([towline.binary(), "test", project / "towline.yaml", "-"], input='{"timestamp":1}\n',
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0
    assert "+ dt: 1" in done.stdout


def test_touches_nothing(project, tmp_path_factory):
    if shutil.which("strace") is None or towline.is_sanitized():
        pytest.skip("no strace here, or a sanitizer opens files of its own")
    case(project, "- { input: { a: 1 }, expected: { a: 1 } }\n")
    trace = tmp_path_factory.mktemp("trace") / "trace"
    subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", "trace=network,openat,open,creat,mkdir,unlink,rename",
                    towline.binary(), "test", project / "towline.yaml"], check=True, capture_output=True, timeout=20)
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    assert not [call for call in calls if call.startswith(("socket", "connect", "bind", "unlink", "rename", "mkdir"))]
    assert not [call for call in calls if "O_CREAT" in call or "O_WRONLY" in call or "O_RDWR" in call]


def test_what_one_branch_changes_the_others_do_not_see(project):
    (project / "towline.yaml").write_text("""\
sources: { app: { type: tcp, listen: "127.0.0.1:9000" } }
transforms:
  first: { inputs: [app], steps: [drop_if: '{ $.n = 3 }', set: { first: true }] }
  looks: { inputs: [app], steps: [keep_if: '{ $.n > 1 }'] }
  behind: { inputs: [looks], steps: [drop_if: '{ $.first IS TRUE }', set: { behind: true }] }
  last: { inputs: [app, looks], steps: [set: { last: true }] }
sinks: { out: { type: console, inputs: [first, looks, behind, last] } }
""")
    case(project, """\
- { at: first, input: [{ n: 1 }, { n: 2 }, { n: 3 }], expected: [{ n: 1, first: true }, { n: 2, first: true }] }
- { at: looks, input: [{ n: 1 }, { n: 2 }, { n: 3 }], expected: [{ n: 2 }, { n: 3 }] }
- { at: behind, input: [{ n: 1 }, { n: 2 }], expected: { n: 2, behind: true } }
- { at: last, input: [{ n: 1 }, { n: 2 }], expected: [{ n: 1, last: true }, { n: 2, last: true }, { n: 2, last: true }] }
""")
    done = run(project)
    assert done.returncode == 0, done.stdout
