"""What redaction finds and what it takes for something else, by detector and form: the corpus through the real binary.

    python3 bench/redaction.py [--samples 20] [--examples]     after `make build`

Prints the report and keeps it in docs/redaction-report.md (not of other samples than the usual 20). Nothing in it
depends on the machine: it changes with the code or the corpus only.
"""

import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.redaction import corpus  # noqa: E402
from tests.redaction.survey import Survey  # noqa: E402
from tests.support.daemon import Daemon  # noqa: E402

SAMPLES = 20
PAGE = ROOT / "docs/redaction-report.md"
HEAD = f"""# What redaction finds

Written by `make bench-redaction`. The corpus is made by a script (`tests/redaction/`): values that are made up but right
by the rules of their kind, each kind in each form, {SAMPLES} of each; and 10,000 lines of {len(corpus.LOOKALIKES)} kinds that
only look alike: order numbers, times, hashes, versions. All of it goes through the real binary.

A cell says how many of {SAMPLES} values of a detector's kind were missed in a form: a value is missed if any third of it can
be read in what comes out, also by somebody who undoes escapes, percent-encoding, HTML, base64, hex and colours. A false
hit is a line with nothing to hide that doesn't come out byte for byte. `make test` asks for a recall of 99 % and for at
most 0.1 % false hits, of each of the two tables.

Left out (`-`):
"""


def survey(samples, kinds, redact):
    with tempfile.TemporaryDirectory(prefix="towline-redaction-") as directory:
        daemons = []

        def launch(config):
            daemons.append(Daemon(config, directory))
            return daemons[-1]

        try:
            return Survey(samples, kinds=kinds).run(launch, redact)
        finally:
            for daemon in daemons:
                daemon.reap()


def main():
    parser = argparse.ArgumentParser(description="Measures what redaction finds.")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="values of each kind in each form")
    parser.add_argument("--examples", action="store_true", help="show one line of everything that went wrong")
    arguments = parser.parse_args()

    default = tuple(kind for kind in corpus.KINDS if kind not in corpus.OFF_BY_DEFAULT)
    surveys = {"With the detectors that are on by default": survey(arguments.samples, default, {}),
               "With all detectors": survey(arguments.samples, tuple(corpus.KINDS),
                                            {"extra_detect": [*corpus.OFF_BY_DEFAULT]})}
    page = HEAD + "\n".join(f"- `{form}` of {', '.join(sorted(kinds)) if len(kinds) < 5 else 'all others'}: {reason}."
                            for form, (kinds, reason) in corpus.NOT_FOR.items()) + "\n"
    for title, result in surveys.items():
        report = result.report()
        print(f"{title}\n\n{report}\n")
        page += f"\n## {title}\n\n```\n{report}\n```\n"
        if arguments.examples:
            print("\n".join(result.examples()))
    if arguments.samples == SAMPLES:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
