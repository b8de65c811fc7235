"""AES-256 in CBC mode with the padding of PKCS#7 (FIPS 197, SP 800-38A), by tables of words."""

import struct


def _double(value: int) -> int:
    return (value << 1) ^ (0x11B if value & 0x80 else 0)


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = _double(a), b >> 1
    return product


def _make_box() -> list[int]:
    """The S-box: the inverse in GF(2^8), and the affine map."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value ^= _double(value)
    logs = {power: exponent for exponent, power in enumerate(powers)}
    box = []
    for byte in range(256):
        inverse = powers[-logs[byte] % 255] if byte else 0
        mixed = inverse
        for shift in range(1, 5):
            mixed ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        box.append(mixed ^ 0x63)
    return box


BOX = _make_box()
UNBOX = [BOX.index(value) for value in range(256)]


def _tables(factors: tuple[int, ...], box: list[int] | None) -> list[list[int]]:
    """For each place in a column, what a byte there adds to the mixed column."""
    tables = []
    for place in range(4):
        row = []
        for byte in range(256):
            value = byte if box is None else box[byte]
            column = [_times(value, factors[(place - at) % 4]) for at in range(4)]
            row.append(int.from_bytes(bytes(column), "big"))
        tables.append(row)
    return tables


# The factor at index d is that of a byte d places below (cyclically) the byte that it adds to.
ENCRYPT = _tables((2, 3, 1, 1), BOX)
DECRYPT = _tables((14, 11, 13, 9), UNBOX)
UNMIX = _tables((14, 11, 13, 9), None)
ROUNDS = 14


def _schedule(key: bytes) -> list[int]:
    words = list(struct.unpack("!8I", key))
    constant = 1
    for at in range(8, 4 * (ROUNDS + 1)):
        word = words[at - 1]
        if at % 8 == 0:
            word = (word << 8 | word >> 24) & 0xFFFFFFFF
        if at % 4 == 0:
            word = int.from_bytes(bytes(BOX[byte] for byte in word.to_bytes(4, "big")), "big")
        if at % 8 == 0:
            word ^= constant << 24
            constant = _double(constant)
        words.append(words[at - 8] ^ word)
    return words


def _lookup(tables: list[list[int]], word: int) -> int:
    a, b, c, d = word.to_bytes(4, "big")
    return tables[0][a] ^ tables[1][b] ^ tables[2][c] ^ tables[3][d]


def _rounds(state: list[int], words: list[int], tables, box, step: int) -> list[int]:
    """All rounds; `step` says how many columns on the next byte of a row comes from."""
    t0, t1, t2, t3 = tables
    state = [value ^ word for value, word in zip(state, words[:4])]
    for start in range(4, 4 * ROUNDS, 4):
        state = [
            t0[state[at] >> 24]
            ^ t1[state[(at + step) & 3] >> 16 & 255]
            ^ t2[state[(at + 2) & 3] >> 8 & 255]
            ^ t3[state[(at - step) & 3] & 255]
            ^ words[start + at]
            for at in range(4)
        ]
    return [
        (
            box[state[at] >> 24] << 24
            | box[state[(at + step) & 3] >> 16 & 255] << 16
            | box[state[(at + 2) & 3] >> 8 & 255] << 8
            | box[state[(at - step) & 3] & 255]
        )
        ^ words[4 * ROUNDS + at]
        for at in range(4)
    ]


def encrypt(key: bytes, iv: bytes, plain: bytes) -> bytes:
    filler = 16 - len(plain) % 16
    plain += bytes([filler]) * filler
    words, last, out = _schedule(key), struct.unpack("!4I", iv), []
    for block in struct.iter_unpack("!4I", plain):
        mixed = [value ^ before for value, before in zip(block, last)]
        last = _rounds(mixed, words, ENCRYPT, BOX, 1)
        out.append(struct.pack("!4I", *last))
    return b"".join(out)


def decrypt(key: bytes, iv: bytes, cipher: bytes) -> bytes:
    """Raises ValueError for a length or a padding that cannot be."""
    if not cipher or len(cipher) % 16:
        raise ValueError("no whole number of blocks")
    forward = _schedule(key)
    words = []
    for number in range(ROUNDS, -1, -1):
        part = forward[4 * number : 4 * number + 4]
        words += part if number in (0, ROUNDS) else [_lookup(UNMIX, word) for word in part]
    last, out = struct.unpack("!4I", iv), []
    for block in struct.iter_unpack("!4I", cipher):
        state = _rounds(list(block), words, DECRYPT, UNBOX, -1)
        out.append(struct.pack("!4I", *[value ^ before for value, before in zip(state, last)]))
        last = block
    plain = b"".join(out)
    filler = plain[-1]
    if not 1 <= filler <= 16 or plain[-filler:] != bytes([filler]) * filler:
        raise ValueError("wrong padding")
    return plain[:-filler]
