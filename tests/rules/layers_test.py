"""The direction of the layers: a file includes its own folder and lower layers, and components never each other."""

import re

import pytest

from tests.rules.cpp_source import is_test, line_of, sources

LAYERS = (
    {"base"},
    {"record", "config", "telemetry"},
    {"runtime", "condition"},
    {"component", "net", "codec", "aws"},
    {"stream", "delivery"},
    {"sources", "transforms", "sinks"},
    {"app"},
)
LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}
COMPONENTS = {"sources", "transforms", "sinks"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def violations(path, text):
    """What is wrong with the includes of one file, as (line, sentence)."""
    parts = path.split("/")
    folder = parts[0]
    if folder not in LEVEL:
        if len(parts) > 1:
            yield 1, f"the folder {folder} belongs to no layer"
        return
    for include in INCLUDE.finditer(text):
        target, line = include.group(1), line_of(text, include.start())
        target_parts = target.split("/")
        if len(target_parts) == 1:
            if target != "components.def" or not (folder == "app" or (len(parts) == 2 and is_test(path))):
                yield line, f'"{target}" does not name its folder'
        elif target_parts[0] not in LEVEL:
            yield line, f'"{target}" is in no layer'
        elif LEVEL[target_parts[0]] > LEVEL[folder]:
            yield line, f'"{target}" is in a higher layer than {folder}'
        elif folder in COMPONENTS and target_parts[0] in COMPONENTS and not may_share(path, target):
            yield line, f'"{target}" belongs to another component'


def may_share(path, target):
    """Whether a file of a component may include another of the same layer: its own, or what all of its kind share."""
    own, other = path.split("/"), target.split("/")
    if own[:2] == other[:2]:
        return True
    shared = len(other) == 2
    concerns_all = len(own) == 2 and is_test(path)
    return own[0] == other[0] and (concerns_all or (shared and is_test(path) >= is_test(target)))


def test_the_tree():
    found = [f"src/{path}:{line}: {sentence}" for path, text in sources() for line, sentence in violations(path, text)]
    assert not found, "\n".join(found)


def test_there_is_something_to_check():
    assert {path.split("/")[0] for path, _ in sources()} >= LEVEL.keys() - {"aws"}


@pytest.mark.parametrize("path, text, planted", [
    ("base/clock.hpp", '#include "runtime/asio.hpp"', True),
    ("record/record.cpp", '#include "codec/gzip.hpp"', True),
    ("runtime/asio.hpp", "#include <vector>\n  #  include \"net/listener.hpp\"", True),
    ("delivery/batcher.cpp", '#include "sinks/console/console.hpp"', True),
    ("sources/tcp/tcp.cpp", '#include "app/run.hpp"', True),
    ("sources/tcp/tcp.cpp", '#include "sources/udp/udp.hpp"', True),
    ("sinks/http/http.cpp", '#include "sources/tcp/tcp.hpp"', True),
    ("sinks/http/http_test.cpp", '#include "sinks/console/console.hpp"', True),
    ("sources/udp/source.cpp", '#include "sources/source_test_support.hpp"', True),
    ("transforms/object_path.hpp", '#include "transforms/set/set.hpp"', True),
    ("net/listener.cpp", '#include "listener.hpp"', True),
    ("elsewhere/x.cpp", "", True),
    ("net/listener.cpp", '#include "helpers/x.hpp"', True),
    ("delivery/batcher.cpp", '#include "stream/stream.hpp"\n#include "delivery/tally.hpp"', False),
    ("codec/framing.cpp", '#include "component/intake.hpp"', False),
    ("sources/tcp/tcp.cpp", '#include "sources/tcp/config.hpp"\n#include "base/clock.hpp"\n#include <vector>', False),
    ("transforms/redact/detectors/email.cpp", '#include "transforms/redact/detector.hpp"', False),
    ("sources/udp/source_test.cpp", '#include "sources/source_test_support.hpp"', False),
    ("transforms/set/set.cpp", '#include "transforms/object_path.hpp"', False),
    ("sources/config_test.cpp", '#include "sources/tcp/config.hpp"', False),
    ("app/components.cpp", '#include "components.def"\n#include "sinks/http/http.hpp"', False),
])
def test_planted_violations_are_found(path, text, planted):
    assert bool(list(violations(path, text))) == planted
