"""How texts, files and private keys are kept: passphrases, and passphrases under public keys."""

import base64
import gzip
import hashlib
import io
import secrets
import zipfile

import aes
import rsa

SALT = "CryptAByte".encode("utf-16-le")
BYTE_ORDER_MARK = b"\xff\xfe"


def _derived(passphrase: str) -> tuple[bytes, bytes]:
    made = hashlib.pbkdf2_hmac("sha1", passphrase.encode("utf-8", "surrogatepass"), SALT, 1000, 48)
    return made[:32], made[32:]


def lock(passphrase: str, text: str) -> str:
    plain = BYTE_ORDER_MARK + text.encode("utf-16-le", "surrogatepass")
    return base64.b64encode(aes.encrypt(*_derived(passphrase), plain)).decode()


def unlock(passphrase: str, locked: str) -> str:
    """Raises ValueError for a wrong passphrase."""
    plain = aes.decrypt(*_derived(passphrase), base64.b64decode(locked, validate=True))
    if not plain.startswith(BYTE_ORDER_MARK):
        raise ValueError("no text")
    return plain[2:].decode("utf-16-le", "surrogatepass")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-16-le", "surrogatepass")).hexdigest()


def _wrap(public_key: str, passphrase: str) -> str:
    modulus, exponent = (rsa.read_number(public_key, name) for name in ("Modulus", "Exponent"))
    plain = passphrase.encode("utf-32-le")
    width = rsa.size_of(modulus) - 42
    blocks = [plain[at * width : (at + 1) * width] for at in range(len(plain) // width + 1)]
    sealed = [rsa.seal(modulus, exponent, block)[::-1] for block in blocks]
    return "".join(base64.b64encode(block).decode() for block in sealed)


def unwrap(private_key: str, wrapped: str) -> str:
    key = rsa.PrivateKey(private_key)
    width = -(-rsa.size_of(key.modulus) // 3) * 4
    parts = [wrapped[at : at + width] for at in range(0, len(wrapped), width)]
    blocks = [key.unseal(base64.b64decode(part)[::-1]) for part in parts]
    return b"".join(blocks).decode("utf-32-le")


def _seal(public_key: str, content: str) -> tuple[str, str]:
    passphrase = base64.b64encode(secrets.token_bytes(128)).decode()
    return lock(passphrase, content), _wrap(public_key, passphrase)


def seal_text(public_key: str, text: str) -> tuple[str, str, str]:
    """Data, encryption key and hash. Text beyond Latin-1 is compressed as UTF-8 with a mark."""
    try:
        plain = text.encode("latin-1")
    except UnicodeEncodeError:
        plain = b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass")
    compressed = gzip.compress(plain, mtime=0).decode("latin-1")
    return *_seal(public_key, compressed), digest(compressed)


def open_text(passphrase: str, data: str) -> str:
    plain = gzip.decompress(unlock(passphrase, data).encode("latin-1"))
    if plain.startswith(b"\xef\xbb\xbf"):
        return plain[3:].decode("utf-8", "surrogatepass")
    return plain.decode("latin-1")


def seal_file(public_key: str, name: str, content: bytes) -> tuple[str, str, str]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as entries:
        entries.writestr(name, content)
    text = base64.b64encode(archive.getvalue()).decode()
    return *_seal(public_key, text), digest(text)


def open_archive(passphrase: str, data: str) -> bytes:
    return base64.b64decode(unlock(passphrase, data))


def name_in(archive: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        return entries.namelist()[0]
