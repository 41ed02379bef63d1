"""The reference implementation on cases worked out by hand: what else could tell whether it is right?"""

import json

import pytest

from tests.support.corpus import Corpus
from tests.support.reference import transform


@pytest.mark.parametrize("before, after", [
    (b'{"timestamp": "now", "a": {"timestamp": 1}}', b'{"dt": "now", "a": {"timestamp": 1}}'),
    (b'{ "n" : [1e400, -0.0,18446744073709551615 ] }', b'{ "n" : [1e400, -0.0,18446744073709551615 ] }'),
    (b'{"e": "caf\\u00e9 \\/ \\" {[:,"}', b'{"e": "caf\\u00e9 \\/ \\" {[:,"}'),
    (b'{"a": [{"Password": {"x": [1, "}"]}}, 2]}', b'{"a": [{"Password": "[REDACTED:field]"}, 2]}'),
    (b'{"access_token":12,"tokens":3}', b'{"access_token":"[REDACTED:field]","tokens":3}'),
    (b'{"m":"mail to ann.b+c@example.com, bob@x.org"}', b'{"m":"mail to a***@example.com, b***@x.org"}'),
    (b'{"m":"4111 1111 1111 1111 and 4111 1111 1111 1112"}', b'{"m":"[REDACTED:card] and 4111 1111 1111 1112"}'),
])
def test_by_hand(before, after):
    assert transform(before) == after


def test_corpus_is_what_it_says():
    corpus = Corpus()
    records = corpus.records(2048)
    assert records == Corpus().records(2048)
    assert records[:512] != Corpus(seed=2).records(512)
    assert len(set(records)) == 2048
    sizes = [len(record) for record in records]
    assert 350 <= sorted(sizes)[20] and sorted(sizes)[-20] <= 600
    expected = corpus.transformed(transform).records(2048)
    redacted = [b"REDACTED" in record or b"***@" in record for record in expected]
    assert sum(redacted) == 2048 // 8
    for before, after in zip(records, expected):
        assert list(json.loads(after)) == ["dt" if key == "timestamp" else key for key in json.loads(before)]
    assert corpus.lines(3, first=5).splitlines() == corpus.records(3, first=5)
