"""Keys, the messages that wait for them, and who may read or delete them."""

import base64
import html
import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field

import envelope
import rsa

DOWNLOAD_S = 120


class Refused(Exception):
    """A request that changes and tells nothing. Always said in the same words."""


@dataclass
class Message:
    id: int
    data: str
    encryption_key: str
    hash: str | None = None
    is_file: bool = False
    created_ms: int = field(default_factory=lambda: time.time_ns() // 10**6)


@dataclass
class Key:
    id: int
    public: str
    # The private key under the owner's passphrase, where there is one.
    locked: str | None
    hash: str | None
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    created_ms: int = field(default_factory=lambda: time.time_ns() // 10**6)
    messages: list[Message] = field(default_factory=list)

    def opened(self, passphrase: str) -> str:
        """The private key text."""
        try:
            text = _key_text(envelope.unlock(passphrase, self.locked or ""))
            rsa.PrivateKey(text)
            return text
        except ValueError:
            raise Refused from None

    def check_hash(self, given: str) -> None:
        if self.hash is None or not secrets.compare_digest(self.hash.encode(), given.encode()):
            raise Refused


def _key_text(text: str) -> str:
    """A desktop client sends its keys with the brackets as character references."""
    return html.unescape(text) if text.startswith("&lt;") else text


class Mailboxes:
    def __init__(self):
        self._keys: dict[str, Key] = {}
        self._downloads: dict[str, tuple[float, Key, bytes]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def make(self, passphrase: str) -> Key:
        public, private = rsa.make_pair()
        locked = envelope.lock(passphrase, private)
        return self._add(Key(next(self._numbers), public, locked, envelope.digest(private)))

    def upload(self, public: str, locked: str | None, hash_: str | None) -> Key:
        return self._add(Key(next(self._numbers), public, locked, hash_))

    def _add(self, key: Key) -> Key:
        self._keys[key.token] = key
        return key

    def find(self, token: str | None) -> Key:
        key = self._keys.get(token or "")
        if key is None:
            raise Refused
        return key

    def send(self, token, file, text: str | None, sealed: tuple[str, str] | None) -> None:
        """Stores a file, a text and a sealed text, whichever are there: all or nothing."""
        key = self.find(token)
        made = []
        try:
            public = _key_text(key.public)
            if file is not None:
                made.append((*envelope.seal_file(public, *file), True))
            if text is not None:
                made.append((*envelope.seal_text(public, text), False))
        except (ValueError, OverflowError):
            raise Refused from None
        if sealed is not None:
            made.append((*sealed, None, False))
        with self._lock:
            key.messages += [Message(next(self._numbers), *parts) for parts in made]

    def read(self, token: str | None, passphrase: str) -> list[tuple]:
        """Each message with its passphrase, its text or file name, and a download id."""
        key = self.find(token)
        private = key.opened(passphrase)
        return [self._open(key, private, message) for message in list(key.messages)]

    def _open(self, key: Key, private: str, message: Message):
        passphrase = envelope.unwrap(private, message.encryption_key)
        if not message.is_file:
            return message, passphrase, envelope.open_text(passphrase, message.data), None
        archive = envelope.open_archive(passphrase, message.data)
        download = base64.b64encode(secrets.token_bytes(64)).decode()
        self._downloads[download] = (time.monotonic() + DOWNLOAD_S, key, archive)
        return message, passphrase, envelope.name_in(archive), download

    def read_sealed(self, token: str | None, hash_: str) -> list[Message]:
        key = self.find(token)
        key.check_hash(hash_)
        return list(key.messages)

    def delete(self, token: str, passphrase: str | None, hash_: str | None) -> None:
        key = self.find(token)
        if passphrase is not None:
            key.opened(passphrase)
        else:
            key.check_hash(hash_ or "")
        # Of two at once only one deletes.
        if self._keys.pop(token, None) is None:
            raise Refused

    def download(self, download: str) -> bytes:
        until, key, archive = self._downloads.get(download, (0, None, b""))
        if until < time.monotonic() or key is None or key.token not in self._keys:
            raise Refused
        return archive
