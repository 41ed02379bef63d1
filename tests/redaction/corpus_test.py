"""What redaction is promised to find, and what it must leave alone, through the real binary."""

import json
import re

import pytest

from tests.redaction import corpus, personal, pipe
from tests.redaction.keccak import keccak_256
from tests.redaction.survey import Survey
from tests.support.daemon import parse_metrics

CARD = re.compile("4|5[0-8]|2[2-7]|3[04-9]|6|81")  # how numbers of cards begin
RECALL = 0.99
FALSE_HITS = 0.001
DEFAULT = tuple(kind for kind in corpus.KINDS if kind not in corpus.OFF_BY_DEFAULT)
ALL_ON = {"extra_detect": [*corpus.OFF_BY_DEFAULT]}


# The corpus itself.


def test_it_is_as_large_as_it_says():
    assert len(corpus.FORMS) >= 20 and len(corpus.LOOKALIKES) >= 40
    lookalikes = [line for _, line in corpus.lookalikes()]
    assert len(lookalikes) == 10_000
    assert len(set(lookalikes)) > 8_000  # words and small numbers repeat
    for kind in corpus.KINDS:
        assert sum(corpus.has(kind, form) for form in corpus.FORMS) >= 20


def test_a_seed_gives_the_same_lines_and_a_kind_does_not_depend_on_the_others():
    items = [item.line for item in corpus.items()]
    assert items == [item.line for item in corpus.items()]
    assert items != [item.line for item in corpus.items(seed=2)]
    assert [item.line for item in corpus.items(kinds=("card",))] == [
        item.line for item in corpus.items() if item.kind == "card"]
    assert list(corpus.lookalikes(100)) == list(corpus.lookalikes(10_000))[:100]


def test_every_line_that_should_be_a_record_is_one():
    for item in corpus.items(3):
        if item.form != "not_a_record":
            assert json.loads(item.line)["end"] == "unharmed"
    for _, line in corpus.lookalikes():
        json.loads(line)


def test_whoever_decodes_finds_what_was_planted():
    """Each form shows its secret to the judge: a miss can't stay unseen."""
    for item in corpus.items(3):
        assert item.planted.leaks(item.line), item


def test_in_the_lookalikes_there_is_no_card_number_and_no_account_number():
    """Worked out anew: the judge of a false hit is right."""
    for kind, line in corpus.lookalikes():
        if kind == "imei":  # has a check digit, but no issuer has 15 digits that begin like these
            continue
        for word in line.decode().replace('"', " ").replace(",", " ").split():
            digits = word.strip(":{}[]")
            if digits.isdigit() and 14 <= len(digits) <= 19 and CARD.match(digits):
                assert not luhn_holds(digits), line


@pytest.mark.parametrize("seed", range(5))
def test_check_digits_are_right(seed):
    rng = corpus.random.Random(seed)
    assert luhn_holds(personal.card_digits(rng))
    account = personal.iban(rng).text.replace(" ", "")
    assert int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 == 1


def luhn_holds(number):
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0


def test_keccak():
    assert keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert keccak_256(bytes(200)) != keccak_256(bytes(201))


# The binary.


def test_every_detector_of_the_catalogue_is_in_the_corpus():
    assert set(pipe.detectors()) == set(corpus.KINDS)


@pytest.mark.parametrize("kinds, redact", [(DEFAULT, {}), (tuple(corpus.KINDS), ALL_ON)],
                         ids=["by default", "with all detectors"])
def test_finds_what_it_should_and_nothing_else(launch, scale, kinds, redact):
    survey = Survey(scale(1, 20), kinds=kinds).run(launch, redact)
    said = survey.report() + "\n" + "\n".join(survey.examples())
    assert survey.harmed == [], said
    assert survey.recall() >= RECALL, said
    assert survey.false_share() <= FALSE_HITS, said
    if scale(False, True):
        assert min(survey.recall(kind=kind) for kind in kinds) >= RECALL, said
        assert min(survey.recall(form=form) for form in corpus.FORMS) >= RECALL, said


def test_what_is_off_by_default_stays(launch):
    lines = [item.line for item in corpus.items(kinds=corpus.OFF_BY_DEFAULT, in_forms=("plain",))]
    assert len(lines) == len(corpus.OFF_BY_DEFAULT)
    assert pipe.through(launch, lines) == lines


def test_each_detector_counts_by_its_own_name(launch):
    """An auditor reads what was found, not only that something was."""
    counted = set()

    def look(daemon):
        for sample in parse_metrics(daemon.get("/metrics")[1])["towline_redactions_total"]:
            counted.add((sample.labels["field"], sample.labels["detector"]))

    items = list(corpus.items(in_forms=("plain",)))
    lines = [item.line.replace(b'"message"', b'"%b_text"' % item.kind.encode()) for item in items]
    pipe.through(launch, lines, ALL_ON, look)
    # A few hold something else as well: an address in a connection string.
    assert {(f"{item.kind}_text", item.kind) for item in items} <= counted
