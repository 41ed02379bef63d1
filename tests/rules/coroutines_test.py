"""The await grammar, and what stays out of the tree.

g++ 12 miscompiles a full expression that holds a `co_await` together with an aggregate temporary, a lambda with
captures or a conditional: double free or use after free, without a warning. So the project writes only these lines:

    co_await call(names_or_moves);
    const auto read = co_await socket.async_read_some(buffer);
    co_return co_await call(name);
    while (co_await call(name)) {

Also kept out, since they lose data or errors with Boost 1.81: `detached`, awaitable operators, experimental channels.
"""

import re

import pytest

from tests.rules.cpp_source import code_of, is_test, line_of, sources

CAPTURE = re.compile(r"(?:^|[(,=&|!?:<]|\breturn\b)\s*\[[^\]\[]+\]\s*[({<m]")
HEAD = re.compile(r"\b(?:if|while|switch|for)\s*\(")
BANNED = {
    r"\bdetached\b": "`detached` swallows what a task throws: spawn it with a Supervisor",
    r"awaitable_operators": "awaitable operators lose records: use a Condition with a deadline",
    r"\bexperimental\b": "experimental channels drop what is buffered when they are closed",
}
ASIO_INCLUDE = re.compile(r"#\s*include\s*<boost/(?:asio|beast)")
ASIO_FOLDERS = ("net/", "sources/", "runtime/", "app/")


def violations(path, text):
    code = code_of(text)
    for await_ in re.finditer(r"\bco_await\b", code):
        for sentence in await_problems(code, await_.start()):
            yield line_of(code, await_.start()), sentence
    if is_test(path):
        return
    for pattern, sentence in BANNED.items():
        for found in re.finditer(pattern, text if "operators" in pattern else code):
            yield line_of(text, found.start()), sentence
    if not path.startswith(ASIO_FOLDERS):
        for found in ASIO_INCLUDE.finditer(text):
            yield line_of(text, found.start()), "Asio belongs in runtime/asio.hpp, net/, sources/ and app/"


def await_problems(code, position):
    before, after = full_expression(code, position)
    if "co_await" in after[len("co_await"):]:
        yield "two awaits in one statement"
    if re.search(r"[{}]", after):
        yield "braces in an await expression"
    if "?" in before + after:
        yield "a conditional in an await expression"
    if CAPTURE.search(after):
        yield "a lambda with captures in an await expression"


def full_expression(code, position):
    """The statement around an await as the texts before and from it; of `if (... )` and the like only the head."""
    start = max(code.rfind(mark, 0, position) for mark in ";{}") + 1
    before = code[start:position]
    end = code.find(";", position)
    if HEAD.search(before):
        depth = before.count("(") - before.count(")")
        for offset in range(position, len(code)):
            depth += {"(": 1, ")": -1}.get(code[offset], 0)
            if depth == 0:
                end = min(end, offset) if end >= 0 else offset
                break
    return before, code[position : end if end >= 0 else len(code)]


def test_the_tree():
    found = [f"src/{path}:{line}: {sentence}" for path, text in sources() for line, sentence in violations(path, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("statement", [
    "co_await run([l, sp] { l(); });",
    "auto x = co_await run(a, [=](int) mutable { return y; });",
    "co_await asio::co_spawn(ex, [v = std::move(v)]() -> Awaitable<void> { co_return; }, token);",
    "co_await send(Req{name});",
    "co_await send({.a = name});",
    "T v = c ? co_await f() : co_await g();",
    "co_await (c ? f() : g());",
    "co_await f(co_await g());",
    "co_await\n    send(\n        Req{name});",
    "if (const auto r = co_await send(Req{name}); r) {",
    "const Both both{co_await f(), 1};",
    "while (co_await f([&x] { return x; })) {",
    "asio::co_spawn(ex, run(), asio::detached);",
    "using namespace asio::experimental::awaitable_operators;",
    "asio::experimental::channel<void()> c;",
])
def test_planted_violations_are_found(statement):
    assert list(violations("net/planted.cpp", f"Awaitable<void> f() {{\n  {statement}\n}}\n"))


@pytest.mark.parametrize("statement", [
    "co_await call(std::move(name), 1, Type(a, b));",
    "const auto read = co_await socket.async_read_some(buffer);",
    "co_return co_await call(items[i]);",
    "while (co_await call(name)) { Req r{a}; }",
    "if (const auto read = co_await call(name); read.ok()) { x = c ? 1 : 2; }",
    "if (!co_await call(name)) return;\n  const Req r{a};",
    "// co_await call(Req{a}) is miscompiled\n  const Req r{a};",
    'log("co_await send({x})");',
    "supervisor.spawn(executor, name, run(std::move(socket)));",
    "const auto f = [x] { return x; };\n  co_await call(f);",
])
def test_what_is_right_is_left_alone(statement):
    assert not list(violations("net/planted.cpp", f"Awaitable<void> f() {{\n  {statement}\n}}\n"))


@pytest.mark.parametrize("path, planted", [
    ("delivery/x.cpp", True), ("record/x.hpp", True), ("net/x.cpp", False), ("runtime/asio.hpp", False),
    ("delivery/x_test.cpp", False),
])
def test_asio_stays_where_it_belongs(path, planted):
    assert bool(list(violations(path, "#include <boost/asio/post.hpp>\n"))) == planted
