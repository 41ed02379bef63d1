"""The filter patterns of the test's CloudWatch, by examples of the user guide."""

import pytest

from tests.support.aws_keys import ServiceError
from tests.support.cloudwatch_filter import compile_filter

RECORD = ('{"level":"ERROR","status":503,"ok":false,"parent":null,"path":"/api/users","user":{"id":7},'
          '"tags":["slow","retry"],"app.name":"shop","n":"12"}')


@pytest.mark.parametrize("pattern, matches", [
    ("", True), (" ", True), ("ERROR", True), ("error", False), ("ERROR shop", True), ("ERROR cart", False),
    ("-ERROR", False), ("?cart ?shop", True), ("?cart ?basket", False), ('"/api/users"', True), ("%RR?OR%", True),
    ("{ $.level = ERROR }", True), ('{ $.level = "ERR*" }', True), ('{ $.level = "ERR" }', False),
    ("{ $.level != ERROR }", False), ("{ $.none != ERROR }", False), ("{ $.status >= 500 }", True),
    ("{ $.status > 503 }", False), ("{ $.status = 503 && $.user.id = 7 }", True), ("{ $.n = 12 }", True),
    ("{ $.level = INFO || ($.ok IS FALSE && $.parent IS NULL) }", True), ("{ $.none NOT EXISTS }", True),
    ("{ $.level NOT EXISTS }", False), ("{ $.tags[1] = retry }", True), ("{ $.tags[2] = retry }", False),
    ("{ $.tags[*] = slow }", True), ("{ $['app.name'] = shop }", True), ("{ $.path = %^/api/% }", True),
])
def test_matches(pattern, matches):
    assert compile_filter(pattern)(RECORD) is matches


def test_a_json_pattern_matches_json_only():
    assert not compile_filter("{ $.level NOT EXISTS }")("no JSON")
    assert not compile_filter("{ $.level NOT EXISTS }")("[1]")


@pytest.mark.parametrize("pattern", [
    "{ }", "{ $.a }", "{ $.a = }", "{ $.a < x }", "{ $.a = 1 && }", "{ ($.a = 1 }", "{ $.a = 1 ) }", "{ a = 1 }",
    "{ $.a IS MAYBE }", "{ $.a NOT THERE }", '"open', "{ $.a = 1", "a & b",
])
def test_refuses(pattern):
    with pytest.raises(ServiceError, match="Invalid filter pattern"):
        compile_filter(pattern)
