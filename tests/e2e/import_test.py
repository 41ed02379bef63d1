"""`towline import`: configurations of Vector become ours, and do what they did."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import textwrap

import pytest

from tests.support import daemon as towline

CASES = sorted(path for path in (towline.ROOT / "tests" / "import").iterdir() if path.is_dir())

VECTOR = """\
sources:
  app:
    type: socket
    address: 127.0.0.1:0
    decoding: {{ codec: json }}
transforms:
  clean:
    type: remap
    inputs: [app]
    source: |
{program}
sinks:
  out: {{ type: console, inputs: [clean], encoding: {{ codec: json }} }}
"""


def vector(program):
    return VECTOR.format(program="\n".join("      " + line for line in program.splitlines()))


def input_of(case):
    return next(case.glob("vector.*"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_out_is_valid(case, tmp_path):
    output = tmp_path / "towline.yaml"
    done = towline.run("import", input_of(case), "--output", output)
    assert done.returncode == (1 if (case / "expected.txt").read_text() else 0), done.stderr
    assert output.read_text() == (case / "expected.yaml").read_text()
    variables = {name: "4096" if name.endswith(("PORT", "LENGTH", "SECS")) else "value.example.com"
                 for name in re.findall(r"\$\{(\w+)", output.read_text())}
    variables = {name: "30" if name.endswith("SECS") else value for name, value in variables.items()}
    checked = towline.run("check", output, **variables)
    assert checked.returncode == 0, checked.stderr


def test_every_remark_is_a_comment_too():
    for case in CASES:
        comments = re.sub(r"\n *# (?!TODO)", " ", (case / "expected.yaml").read_text())
        for remark in (case / "expected.txt").read_text().splitlines():
            if not remark.startswith("  hint: "):
                assert remark.split(": ", 2)[2] in comments, f"{case.name}: {remark}"


def test_the_example_of_the_page_is_what_comes_out(tmp_path):
    page = (towline.ROOT / "docs" / "migration.md").read_text()
    given = re.search(r"## An example\n\n((?:    .*\n)+)", page).group(1)
    (tmp_path / "vector.yaml").write_text(textwrap.dedent(given))
    done = towline.run("import", tmp_path / "vector.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout == re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1)


@pytest.mark.parametrize("name, text, code, said", [
    ("vector.yaml", vector(".a = 1"), 0, ""),
    ("vector.yaml", vector(".a = 1\n.b = sha2(.c)"), 1, ":12: transforms.clean: `.b = sha2(.c)`: there is no step"),
    ("vector.yaml", "sources: [", 2, ":1:"),
    ("vector.toml", "[sources\n", 2, ":1:"),
    ("vector.yaml", "- x\n", 2, "a configuration is a map"),
    ("vector.txt", "", 2, ".yaml, .yml, .json or .toml"),
])
def test_exit_codes(tmp_path, name, text, code, said):
    file = tmp_path / name
    file.write_text(text)
    done = towline.run("import", file)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert bool(done.stdout) == (code < 2)


def test_usage_errors_are_two(tmp_path):
    assert towline.run("import").returncode == 2
    assert towline.run("import", tmp_path / "missing.yaml").returncode == 2


def json_cases(*lines):
    return "".join(json.dumps(line) + "\n" if isinstance(line, dict) else line + "\n" for line in lines)


@pytest.mark.parametrize("program, given, expected", [
    (".dt = del(.timestamp)", {"timestamp": 5, "a": 1}, {"dt": 5, "a": 1}),
    (".a.b = del(.c)\n.d = del(.a.e)", {"a": {"e": 1}, "c": 2}, {"a": {"b": 2}, "d": 1}),
    (".x = .a.b\ndel(.a)", {"a": {"b": [1, 2]}}, {"x": [1, 2]}),
    ('.a = "50% {x}"\n.n = -1.5\n.z = null', {}, {"a": "50% {x}", "n": -1.5, "z": None}),
    ('.id = .service + "/" + to_string!(.n)', {"service": "shop", "n": 7}, {"service": "shop", "n": 7, "id": "shop/7"}),
    ('.o = { "a": 1, "b": .c }', {"o": {"old": 1}, "c": [2]}, {"c": [2], "o": {"a": 1, "b": [2]}}),
    ('. = { "message": .message, "sev": .level }', {"message": "m", "level": "l", "x": 1}, {"message": "m", "sev": "l"}),
    ('if .level == "debug" { abort }', {"level": "debug"}, None),
    ('if .level == "debug" { abort }', {"level": "info"}, {"level": "info"}),
    ('if .level != "debug" { .x = 1 }', {}, {"x": 1}),  # a missing field is not equal to a text
    ('if .s >= 500 { .k = "server" } else if .s >= 400 { .k = "client" } else { .k = "fine" }', {"s": 503},
     {"s": 503, "k": "server"}),
    ('if .s >= 500 { .k = "server" } else if .s >= 400 { .k = "client" } else { .k = "fine" }', {"s": 404},
     {"s": 404, "k": "client"}),
    ('if .s >= 500 { .k = "server" } else if .s >= 400 { .k = "client" } else { .k = "fine" }', {"s": 200},
     {"s": 200, "k": "fine"}),
    ('if .a == 1 || .b == 2 && .c == 3 { .x = 1 }', {"a": 1}, {"a": 1}),  # VRL reads it from the left
    ('if exists(.old) { .new = del(.old) }', {"old": None}, {"new": None}),
    ('.level = upcase!(.level)', {"level": "warn"}, {"level": "WARN"}),
    ('.m = redact(.m, filters: [r"x"])', {"m": "x"}, {"m": "x"}),  # no regular expression: not converted
    (".m = redact(.m, filters: [r'no (\\d)\\d'])", {"m": "see no 42 now"}, {"m": "see [REDACTED:pattern_1] now"}),
    ('. = merge(., parse_json!(.inner))', {"inner": '{"a":1}', "a": 0}, {"inner": '{"a":1}', "a": 1}),
    ('.x = parse_json(.inner) ?? {}', {"inner": '{"a":1}'}, {"inner": '{"a":1}', "x": {"a": 1}}),
    ('.t = parse_timestamp!(.t, format: "%d/%m/%Y %H:%M:%S%.3f %z")', {"t": "24/12/2025 10:00:00.250 +0100"},
     {"t": "2025-12-24T09:00:00.250Z"}),
])
def test_programs_do_what_they_did(tmp_path, program, given, expected):
    file = tmp_path / "vector.yaml"
    file.write_text(vector(program))
    output = tmp_path / "towline.yaml"
    assert towline.run("import", file, "-o", output).returncode < 2
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "input.ndjson").write_text(json_cases(given))
    (folder / "expected.ndjson").write_text(json_cases(expected) if expected is not None else "")
    done = towline.run("test", output, folder)
    assert done.returncode == 0, done.stdout + output.read_text()


def test_a_converted_configuration_runs(start, peer, tmp_path):
    file = tmp_path / "vector.toml"
    file.write_text(f"""\
[api]
enabled = true
address = "127.0.0.1:0"

[sources.app]
type = "socket"
address = "127.0.0.1:0"

[transforms.clean]
type = "remap"
inputs = ["app"]
source = '''
  . = parse_json!(.message)
  .dt = del(.timestamp)
  if .level == "debug" {{ abort }}
  .message = redact(string!(.message), filters: ["us_social_security_number"])
'''

[transforms.split]
type = "route"
inputs = ["clean"]
route.errors = '.status >= 500'

[transforms.others]
type = "remap"
inputs = ["split._unmatched"]
source = '.fine = true'

[sinks.out]
type = "http"
inputs = ["split.errors", "others"]
uri = "{peer.url}"
encoding.codec = "json"
framing.method = "newline_delimited"
compression = "gzip"
auth.strategy = "bearer"
auth.token = "{peer.token}"
tls.ca_file = "{peer.ca_file}"
batch.timeout_secs = 0.05
""")
    output = tmp_path / "towline.yaml"
    done = towline.run("import", file, "--output", output)
    assert done.returncode == 0, done.stderr
    assert peer.token not in done.stdout + done.stderr
    daemon = start(output.read_text())
    with socket.create_connection(daemon.address()) as connection:
        connection.sendall(b'{"timestamp":1,"level":"debug","message":"no"}\n'
                           b'{"timestamp":2,"level":"info","message":"ssn 123-45-6789","status":200}\n'
                           b'{"timestamp":3,"level":"error","message":"down","status":503}\n')
    peer.wait_for(2)
    assert sorted(map(json.loads, peer.records()), key=lambda record: record["dt"]) == [
        {"dt": 2, "level": "info", "message": "ssn [REDACTED:us_ssn]", "status": 200, "fine": True},
        {"dt": 3, "level": "error", "message": "down", "status": 503}]


def test_touches_nothing_but_its_output(tmp_path):
    if shutil.which("strace") is None or towline.is_sanitized():
        pytest.skip("no strace here, or a sanitizer opens files of its own")
    trace = tmp_path / "trace"
    output = tmp_path / "towline.yaml"
    subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", "trace=network,openat,open,creat,mkdir,unlink",
                    towline.binary(), "import", input_of(CASES[0]), "-o", output], check=False, capture_output=True,
                   timeout=20)
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    assert not [call for call in calls if call.startswith(("socket", "connect", "bind", "unlink", "mkdir"))]
    written = [call for call in calls if "O_CREAT" in call or "O_WRONLY" in call or "O_RDWR" in call]
    assert len(written) == 1 and str(output) in written[0]
    assert [path.name for path in pathlib.Path(tmp_path).iterdir() if path.name.startswith("towline")] == ["towline.yaml"]
