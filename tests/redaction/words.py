"""What fills a harmless text."""

import uuid

WORDS = ("order", "shop", "north", "stock", "invoice", "worker", "export", "basket", "refund", "queue", "label",
         "parcel")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def word(rng):
    return rng.choice(WORDS)


def words(rng, count):
    return " ".join(word(rng) for _ in range(count))


def uuid4(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
