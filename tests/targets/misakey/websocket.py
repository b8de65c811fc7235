"""The WebSocket of RFC 6455, as much of it as this server needs, over the files of a handler."""

import base64
import hashlib
import struct
import threading
import time

LONGEST_MESSAGE = 8192
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def accept_value(key: str) -> str:
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode("ascii"))
    return base64.b64encode(digest.digest()).decode("ascii")


class Closed(Exception):
    """The connection is at its end: closed by either side, or lost."""


class WebSocket:
    """One open socket. Any thread may send; one thread reads."""

    def __init__(self, connection, rfile, wfile):
        self._connection = connection
        self._rfile = rfile
        self._wfile = wfile
        self._writing = threading.Lock()
        self._closing = False
        self.last_pong = time.monotonic()

    def send_text(self, text: str) -> None:
        """Sends one message, cut into fragments of uneven length with a ping in between."""
        data = text.encode("utf-8")
        cuts = [0, len(data) // 3, len(data) // 3 + 1, len(data)]
        parts = [data[start:end] for start, end in zip(cuts, cuts[1:])]
        frames = [
            self._frame(TEXT, parts[0], final=False),
            self._frame(PING, b"still there?"),
            self._frame(0, parts[1], final=False),
            self._frame(0, parts[2]),
        ]
        self._write(b"".join(frames))

    def ping(self) -> None:
        self._write(self._frame(PING, b""))

    def drop(self) -> None:
        """Ends the connection without a close frame."""
        try:
            self._connection.shutdown(2)
        except OSError:
            pass

    def messages(self):
        """Yields what the peer says, as bytes; ends with the connection."""
        gathered = None
        while True:
            try:
                final, opcode, payload = self._read_frame(len(gathered or b""))
                if opcode == PING:
                    self._write(self._frame(PONG, payload))
                elif opcode == PONG:
                    self.last_pong = time.monotonic()
                elif opcode == CLOSE:
                    self._answer_close(payload)
                elif (opcode == 0) == (gathered is None):
                    self._close(1002)
                else:
                    gathered = (gathered or b"") + payload
                    if final:
                        message, gathered = gathered, None
                        self._must_be_text(opcode, message)
                        yield message
            except (Closed, OSError):
                return

    def _read_frame(self, gathered: int) -> tuple[bool, int, bytes]:
        first, second = self._read(2)
        final, opcode, masked = bool(first & 0x80), first & 0x0F, bool(second & 0x80)
        length = second & 0x7F
        control = opcode >= CLOSE
        known = opcode in (0, TEXT, BINARY, CLOSE, PING, PONG)
        if first & 0x70 or not known or not masked or (control and (length > 125 or not final)):
            self._close(1002)
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        if not control and gathered + length > LONGEST_MESSAGE:
            self._close(1009)
        mask = self._read(4)
        payload = self._read(length)
        return final, opcode, bytes(byte ^ mask[at & 3] for at, byte in enumerate(payload))

    def _must_be_text(self, opcode: int, message: bytes) -> None:
        try:
            message.decode("utf-8")
        except UnicodeDecodeError:
            if opcode != BINARY:
                self._close(1007)

    def _answer_close(self, payload: bytes) -> None:
        self._closing = True
        self._write(self._frame(CLOSE, payload[:2]), last=True)
        raise Closed

    def _close(self, code: int) -> None:
        """Says why, and reads on for a while: unread data would turn the end into a reset."""
        self._closing = True
        self._write(self._frame(CLOSE, struct.pack("!H", code)), last=True)
        self._connection.settimeout(2)
        while self._rfile.read1(4096):
            pass
        raise Closed

    def _read(self, length: int) -> bytes:
        data = self._rfile.read(length)
        if len(data) < length:
            raise Closed
        return data

    def _write(self, data: bytes, last: bool = False) -> None:
        with self._writing:
            if self._closing and not last:
                return
            try:
                self._wfile.write(data)
                self._wfile.flush()
            except (OSError, ValueError):  # A file that the handler has closed is a ValueError.
                self._closing = True

    @staticmethod
    def _frame(opcode: int, payload: bytes, final: bool = True) -> bytes:
        length = len(payload)
        head = bytes([(0x80 if final else 0) | opcode])
        if length < 126:
            return head + bytes([length]) + payload
        if length < 65536:
            return head + bytes([126]) + struct.pack("!H", length) + payload
        return head + bytes([127]) + struct.pack("!Q", length) + payload
