"""The corpus of the redaction tests: each kind of secret in each form, and ten thousand lines with nothing to hide.

    python3 -m tests.redaction.corpus [SEED]      prints the lines

All of it is made up, from a seed: the same seed gives the same lines.
"""

import collections
import json
import random
import sys

from tests.redaction import credentials, forms, lookalikes_ids, lookalikes_numbers, lookalikes_texts, personal

Item = collections.namedtuple("Item", "kind form planted line")

# By the name of the detector that is there for it.
KINDS = {make.__name__: make for make in (
    personal.email, personal.phone, personal.card, personal.iban, personal.us_ssn, personal.mac, credentials.jwt,
    credentials.bearer, credentials.basic, credentials.digest, credentials.url_password, credentials.cookie,
    credentials.private_key, credentials.aws_access_key, credentials.aws_secret_key, credentials.gcp_key,
    credentials.github_token, credentials.gitlab_token, credentials.slack_token, credentials.stripe_key,
    credentials.sendgrid_key, credentials.vendor_key, credentials.generic_secret, personal.ipv4, personal.ipv6,
    personal.crypto_wallet)}
OFF_BY_DEFAULT = ("ipv4", "ipv6", "crypto_wallet")
FORMS = {make.__name__: make for make in forms.ALL}

# Which form makes no sense for which kinds, and why.
NOT_FOR = {
    "json_number": (set(KINDS) - {"card"}, "only of a card number the digits alone say what they are"),
    "header_line": ({"private_key"}, "a header is one line, a key has many"),
    "not_a_record": ({"private_key"}, "where line ends end records, a key is many of them"),
}

LOOKALIKES = lookalikes_numbers.ALL + lookalikes_ids.ALL + lookalikes_texts.ALL
LOOKALIKE_PLACES = (lambda text: forms.message(text), lambda text: forms.message(text),
                    lambda text: forms.nested(None, text),
                    lambda text: forms.key_equals(None, text), lambda text: forms.array(None, text))


def has(kind, form):
    return kind not in NOT_FOR.get(form, ((), ""))[0]


def items(samples=1, seed=1, kinds=tuple(KINDS), in_forms=tuple(FORMS)):
    """`samples` of each kind in each form."""
    for kind in kinds:
        for form in in_forms:
            if not has(kind, form):
                continue
            rng = random.Random(f"{seed} {kind} {form}")  # its own: another kind or form changes nothing here
            for _ in range(samples):
                planted = KINDS[kind](rng)
                yield Item(kind, form, planted, FORMS[form](rng, planted.text).encode())


def lookalikes(count=10_000, seed=1):
    """(kind, line), of each kind as many."""
    rngs = [random.Random(f"{seed} {make.__name__}") for make in LOOKALIKES]
    for n in range(count):
        make, rng = LOOKALIKES[n % len(LOOKALIKES)], rngs[n % len(LOOKALIKES)]
        made = make(rng)
        line = rng.choice(LOOKALIKE_PLACES)(made) if isinstance(made, str) else forms.record(json.dumps(made)[1:-1])
        yield make.__name__, line.encode()


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for item in items(seed=seed):
        sys.stdout.buffer.write(item.line + b"\n")
    for _, line in lookalikes(seed=seed):
        sys.stdout.buffer.write(line + b"\n")


if __name__ == "__main__":
    main()
