"""RSA keys in the .NET XML form, and OAEP with SHA-1 (RFC 8017, section 7.1)."""

import base64
import hashlib
import math
import re
import secrets

BITS = 1024
EXPONENT = 65537
SMALL = math.prod(n for n in range(3, 2000) if all(n % d for d in range(2, math.isqrt(n) + 1)))
DIGEST = 20


def _is_prime(candidate: int) -> bool:
    if math.gcd(candidate, SMALL) != 1:
        return False
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(8):
        value = pow(secrets.randbelow(candidate - 3) + 2, odd, candidate)
        if value in (1, candidate - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % candidate
            if value == candidate - 1:
                break
        else:
            return False
    return True


def _prime(bits: int) -> int:
    while True:
        # With its two upper bits set, so that a product of two has the full length.
        candidate = secrets.randbits(bits) | 3 << (bits - 2) | 1
        if candidate % EXPONENT != 1 and _is_prime(candidate):
            return candidate


def _write(members: dict[str, tuple[int, int]]) -> str:
    parts = [
        f"<{name}>{base64.b64encode(number.to_bytes(size, 'big')).decode()}</{name}>"
        for name, (number, size) in members.items()
    ]
    return f"<RSAKeyValue>{''.join(parts)}</RSAKeyValue>"


def make_pair() -> tuple[str, str]:
    """A new pair: the text of the public and that of the private key."""
    p = q = _prime(BITS // 2)
    while p == q:
        q = _prime(BITS // 2)
    n, d = p * q, pow(EXPONENT, -1, math.lcm(p - 1, q - 1))
    whole, half = BITS // 8, BITS // 16
    public = {"Modulus": (n, whole), "Exponent": (EXPONENT, 3)}
    private = public | {
        "P": (p, half),
        "Q": (q, half),
        "DP": (d % (p - 1), half),
        "DQ": (d % (q - 1), half),
        "InverseQ": (pow(q, -1, p), half),
        "D": (d, whole),
    }
    return _write(public), _write(private)


def read_number(text: str, name: str) -> int:
    """A member of a key text; raises ValueError where there is none."""
    found = re.search(rf"<{name}>\s*([A-Za-z0-9+/=\s]+?)\s*</{name}>", text)
    if found is None:
        raise ValueError(f"no {name}")
    return int.from_bytes(base64.b64decode(found[1]), "big")


def size_of(modulus: int) -> int:
    return (modulus.bit_length() + 7) // 8


def _mask(seed: bytes, length: int) -> bytes:
    rows = range(-(-length // DIGEST))
    stream = b"".join(hashlib.sha1(seed + row.to_bytes(4, "big")).digest() for row in rows)
    return stream[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right))


def seal(modulus: int, exponent: int, plain: bytes) -> bytes:
    size = size_of(modulus)
    filler = bytes(size - 2 * DIGEST - 2 - len(plain))
    data = hashlib.sha1().digest() + filler + b"\x01" + plain
    seed = secrets.token_bytes(DIGEST)
    data = _xor(data, _mask(seed, len(data)))
    block = b"\x00" + _xor(seed, _mask(data, DIGEST)) + data
    return pow(int.from_bytes(block, "big"), exponent, modulus).to_bytes(size, "big")


class PrivateKey:
    """The numbers of a private key text; raises ValueError where one is missing."""

    def __init__(self, text: str):
        names = ("Modulus", "P", "Q", "DP", "DQ", "InverseQ")
        self.modulus, self._p, self._q, self._dp, self._dq, self._inverse = (
            read_number(text, name) for name in names
        )

    def unseal(self, cipher: bytes) -> bytes:
        """Raises ValueError for what was not sealed for this key."""
        number, p, q = int.from_bytes(cipher, "big"), self._p, self._q
        in_q = pow(number, self._dq, q)
        in_p = pow(number, self._dp, p)
        plain = in_q + q * (self._inverse * (in_p - in_q) % p)
        block = plain.to_bytes(size_of(self.modulus), "big")
        masked, data = block[1 : 1 + DIGEST], block[1 + DIGEST :]
        data = _xor(data, _mask(_xor(masked, _mask(data, DIGEST)), len(data)))
        label, rest = data[:DIGEST], data[DIGEST:].lstrip(b"\x00")
        if block[0] != 0 or label != hashlib.sha1().digest() or rest[:1] != b"\x01":
            raise ValueError("no OAEP block of this key")
        return rest[1:]
