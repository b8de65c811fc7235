"""Who listens, and what they are told."""

import json
import queue
import re
import threading
import time

from websocket import WebSocket

PING_EVERY_S = 5
PONG_DEADLINE_S = 120
UUID_TEXT = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def shouted(value):
    """The value with its UUIDs in upper case, which is the same UUID."""
    if isinstance(value, dict):
        return {name: shouted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shouted(inner) for inner in value]
    return value.upper() if isinstance(value, str) and UUID_TEXT.match(value) else value


class Hub:
    """Sockets by identity. Messages go out in the order of publication, a little later."""

    def __init__(self):
        self._sockets: dict[str, list[WebSocket]] = {}
        self._lock = threading.Lock()
        self._outgoing: queue.Queue = queue.Queue()
        for work in (self._deliver, self._beat):
            threading.Thread(target=work, daemon=True).start()

    def add(self, identity: str, socket: WebSocket) -> None:
        with self._lock:
            self._sockets.setdefault(identity, []).append(socket)

    def remove(self, identity: str, socket: WebSocket) -> None:
        with self._lock:
            self._sockets[identity].remove(socket)

    def publish(self, identity: str, kind: str, content: dict) -> None:
        """To every socket that is open now."""
        message = {"sent_by": "hub-1", "object": shouted(content), "type": kind}
        self._put(identity, json.dumps(message, indent=1))

    def echo(self, identity: str, message: object) -> None:
        """The same value, not the same text."""
        self._put(identity, json.dumps(message, sort_keys=True, ensure_ascii=False))

    def _put(self, identity: str, text: str) -> None:
        with self._lock:
            sockets = list(self._sockets.get(identity, []))
            self._outgoing.put((sockets, text))

    def _deliver(self) -> None:
        while True:
            sockets, text = self._outgoing.get()
            if self._outgoing.empty():
                time.sleep(0.01)
            for socket in sockets:
                socket.send_text(text)

    def _beat(self) -> None:
        while True:
            time.sleep(PING_EVERY_S)
            with self._lock:
                sockets = [socket for entry in self._sockets.values() for socket in entry]
            for socket in sockets:
                if time.monotonic() - socket.last_pong > PONG_DEADLINE_S:
                    socket.drop()
                else:
                    socket.ping()
