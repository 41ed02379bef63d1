"""What the real binary makes of the corpus: what it misses, what it harms, and what it takes for something else."""

import collections
import json

from tests.redaction import corpus
from tests.redaction.pipe import through

WHOLE = b"[REDACTED:unexaminable]"  # instead of a whole text

Cell = collections.namedtuple("Cell", "kind form")


class Survey:
    """`missed`: {Cell: [(item, output)]}; `harmed`: what is no record any more, or lost its neighbours; `whole`: what
    was replaced as a whole; `false_hits`: {kind of look-alike: [(line, output)]}."""

    def __init__(self, samples, lookalikes=10_000, seed=1, kinds=tuple(corpus.KINDS)):
        self.samples = samples
        self.kinds = kinds
        self.items = list(corpus.items(samples, seed, kinds))
        self.lookalikes = list(corpus.lookalikes(lookalikes, seed))
        self.missed = collections.defaultdict(list)
        self.harmed = []
        self.whole = collections.Counter()
        self.false_hits = collections.defaultdict(list)

    def run(self, launch, redact=None, look=None):
        lines = [item.line for item in self.items] + [line for _, line in self.lookalikes]
        out = through(launch, lines, redact, look)
        for item, output in zip(self.items, out):
            self._judge(item, output)
        for (kind, line), output in zip(self.lookalikes, out[len(self.items):]):
            if output != line:
                self.false_hits[kind].append((line, output))
        return self

    def _judge(self, item, output):
        cell = Cell(item.kind, item.form)
        if item.planted.leaks(output):
            self.missed[cell].append((item, output))
        if WHOLE in output:
            self.whole[cell] += 1
        if not _is_unharmed(item, output):
            self.harmed.append((item, output))

    # Shares.

    def recall(self, **of):
        """Over the cells of a kind or a form, or over all."""
        def chosen(cell):
            return all(getattr(cell, name) == value for name, value in of.items())

        total = sum(chosen(Cell(item.kind, item.form)) for item in self.items)
        missed = sum(len(misses) for cell, misses in self.missed.items() if chosen(cell))
        return 1 - missed / total

    def false_share(self):
        return sum(map(len, self.false_hits.values())) / len(self.lookalikes)

    # Words.

    def report(self):
        """The table as Markdown, without anything that changes from run to run."""
        forms = list(corpus.FORMS)
        lines = [f"{number:2d} {form}" for number, form in enumerate(forms, start=1)]
        lines += ["", " " * 15 + "".join(f"{number:3d}" for number in range(1, len(forms) + 1))]
        lines += [f"{kind:15s}" + "".join(self._cell(kind, form) for form in forms) for kind in self.kinds]
        lines += ["", f"recall {self.recall():.2%} of {len(self.items)}"]
        lines += [f"  {kind} {self.recall(kind=kind):.2%}" for kind in self.kinds if self.recall(kind=kind) < 1]
        false = sum(map(len, self.false_hits.values()))
        lines += [f"false hits {self.false_share():.2%}: {false} of {len(self.lookalikes)}"]
        lines += [f"  {kind} {len(hits)}" for kind, hits in sorted(self.false_hits.items())]
        lines += [f"replaced as a whole {sum(self.whole.values()) / len(self.items):.2%}"]
        return "\n".join(lines)

    def examples(self, count=1):
        """Of everything that went wrong, for whoever repairs it."""
        for cell, misses in self.missed.items():
            for item, output in misses[:count]:
                yield f"missed {cell.kind} in {cell.form}: {item.line.decode()}\n    -> {output.decode()}"
        for kind, hits in self.false_hits.items():
            for line, output in hits[:count]:
                yield f"false hit in {kind}: {line.decode()}\n    -> {output.decode()}"
        for item, output in self.harmed[:20 * count]:
            yield f"harmed {item.kind} in {item.form}: {item.line.decode()}\n    -> {output.decode()}"

    def _cell(self, kind, form):
        return f"{len(self.missed[Cell(kind, form)]):3d}" if corpus.has(kind, form) else "  -"


def _is_unharmed(item, output):
    try:
        record = json.loads(output)
    except ValueError:
        return False
    if item.form == "not_a_record":
        return True
    return record.get("end") == "unharmed" and record.get("dt") == "2026-11-20T12:00:00Z"
