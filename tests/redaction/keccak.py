"""Keccak-256: the capitals in an Ethereum address are a check of it. (hashlib has SHA-3 only, padded differently.)"""

RATE = 136
MASK = (1 << 64) - 1


def _rotated(value, by):
    return (value << by | value >> 64 - by) & MASK if by else value


def _round_constants():
    state = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if state & 1:
                constant |= 1 << (1 << j) - 1
            state = state << 1 ^ (0x171 if state & 0x80 else 0)
        yield constant


def _permuted(lanes):
    for constant in _round_constants():
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        mixed = [columns[(x + 4) % 5] ^ _rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lane ^ mixed[x] for lane in lanes[x]] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], _rotated(current, (step + 1) * (step + 2) // 2 % 64)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & MASK)
        lanes[0][0] ^= constant
    return lanes


def keccak_256(data):
    padded = bytearray(data) + bytes(RATE - len(data) % RATE)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), RATE):
        for n in range(RATE // 8):
            lanes[n % 5][n // 5] ^= int.from_bytes(padded[block + 8 * n:block + 8 * n + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[n % 5][n // 5].to_bytes(8, "little") for n in range(4))
