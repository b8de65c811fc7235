"""
A Key Service as somebody else would write it: Python and its standard library, its own AES and RSA,
below a path of its own. It shares no code with the mock or the suite, and uses the freedoms that
the references leave: an echoed Origin, preflights answered on every path, application/xml, CDATA
and comments, dates with zones, members in other orders and members of its own. Nothing that a
reference asks for is wrong with it; its one habit stands in verdicts.yaml.

Usage: server.py. Prints two URLs when it listens: that of the service, and that of the door of
those who run it.
"""

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from mailboxes import Mailboxes, Refused
from parameters import Parameters, Unreadable
from shapes import as_json, as_xml, key_shape, message_shape

PATH = "/mail/keys"
HELP = b"<!doctype html><title>Keys</title><p>Make a key, and give its token away."


class Faults:
    """How many of the next requests for a token meet an internal fault."""

    def __init__(self):
        self._left: dict[str, int] = {}
        self._lock = threading.Lock()

    def plan(self, token: str, count: int) -> None:
        with self._lock:
            self._left[token] = count

    def strikes(self, token: str | None) -> bool:
        with self._lock:
            left = self._left.get(token or "", 0)
            self._left[token or ""] = left - 1
            return left > 0


class KeyService(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "keys/3"
    disable_nagle_algorithm = True
    mailboxes = Mailboxes()
    faults = Faults()

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        self._in_xml = self.headers.get("Accept", "").lower() in ("application/xml", "text/xml")
        try:
            if address.path.lower() == "/home/getfile":
                self._download(parse_qs(address.query).get("fileId", [""])[0])
                return
            if address.path.lower().rstrip("/") != PATH:
                self._answer(404, "There is nothing here.")
                return
            given = Parameters(self.headers, address.query, body)
            wish = given.query.get("format", "").lower()
            self._in_xml = wish == "xml" if wish in ("xml", "json") else self._in_xml
            if self.faults.strikes(given.get("token")):
                raise RuntimeError("as planned")
            self._operate(given)
        except (Refused, Unreadable):
            self._answer(400, "No such key, or not yours.")
        except Exception:
            self._answer(500, "Something broke.")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any

    def do_OPTIONS(self) -> None:
        wanted = self.headers.get("Access-Control-Request-Headers", "Content-Type, Accept")
        self._send(
            204,
            None,
            {
                "Access-Control-Allow-Methods": "OPTIONS, DELETE, PUT, POST, GET",
                "Access-Control-Allow-Headers": wanted,
            },
        )

    def log_message(self, *_args) -> None:
        """Keeps quiet."""

    def _operate(self, given: Parameters) -> None:
        operation = {"POST": self._create, "PUT": self._put, "DELETE": self._delete}
        if self.command in ("GET", "HEAD"):
            self._get(given)
        elif self.command in operation:
            operation[self.command](given)
        else:
            raise Refused

    def _create(self, given: Parameters) -> None:
        passphrase, public = given.get("passphrase"), given.get("publickey")
        if passphrase is not None:
            key = self.mailboxes.make(passphrase)
        elif public is not None:
            private, hash_ = given.get("privatekey"), given.get("privatekeyhash")
            key = self.mailboxes.upload(public, private, hash_)
        else:
            raise Refused
        self._answer(200, key_shape(key, self._in_xml))

    def _put(self, given: Parameters) -> None:
        text, sealed = given.get("message"), given.get("encryptedmessage")
        wrapped = given.get("encryptionkey")
        if text is None and sealed is None and given.file is None:
            raise Refused
        if sealed is not None and wrapped is None:
            raise Refused
        pair = None if sealed is None else (sealed, wrapped)
        self.mailboxes.send(given.get("token"), given.file, text, pair)
        self._answer(200, True)

    def _get(self, given: Parameters) -> None:
        token, passphrase = given.get("token"), given.get("passphrase")
        hash_ = given.get("privatekeyhash")
        if token is None and passphrase is None and hash_ is None:
            self._send(200, HELP, {"Content-Type": "text/html"})
            return
        if passphrase is not None:
            opened = self.mailboxes.read(token, passphrase)
            shapes = [
                message_shape(message, text, key, download, self._in_xml)
                for message, key, text, download in opened
            ]
        elif hash_ is not None:
            shapes = [
                message_shape(message, message.data, message.encryption_key, None, self._in_xml)
                for message in self.mailboxes.read_sealed(token, hash_)
            ]
        else:
            raise Refused
        if shapes:
            self._answer(200, shapes)
        else:
            self._send(304, None, {})

    def _delete(self, given: Parameters) -> None:
        passphrase, hash_ = given.get("passphrase"), given.get("privatekeyhash")
        if passphrase is None and hash_ is None:
            raise Refused
        self.mailboxes.delete(given.get("token") or "", passphrase, hash_)
        self._answer(200, "Deleted.")

    def _download(self, download: str) -> None:
        archive = self.mailboxes.download(download.replace(" ", "+"))
        disposition = {"Content-Disposition": 'attachment; filename="file.zip"'}
        self._send(200, archive, {"Content-Type": "application/octet-stream", **disposition})

    def _answer(self, status: int, value: object) -> None:
        media = "application/xml" if self._in_xml else "application/json"
        self._send(status, (as_xml if self._in_xml else as_json)(value), {"Content-Type": media})

    def _send(self, status: int, body: bytes | None, headers: dict[str, str]) -> None:
        self.send_response(status)
        # Whoever asks may read: the Origin itself is as good as a star.
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
        self.send_header("Vary", "Origin")
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body is not None and self.command != "HEAD":
            self.wfile.write(body)


class Operations(BaseHTTPRequestHandler):
    """The door of those who run it, on a port of its own: makes requests fail."""

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = wish["event"] == "server-error"
        for token in wish["affects"] if known else []:
            KeyService.faults.plan(token, (wish["data"] or [{}])[0].get("count", 1))
        self.send_response(200 if known else 422)
        self.end_headers()
        self.wfile.write(json.dumps({"jobId": secrets.token_hex(8)}).encode("ascii"))

    def log_message(self, *_args) -> None:
        """Keeps quiet."""


def main() -> None:
    public = ThreadingHTTPServer(("127.0.0.1", 0), KeyService)
    operations = ThreadingHTTPServer(("127.0.0.1", 0), Operations)
    addresses = [f"http://127.0.0.1:{server.server_port}" for server in (public, operations)]
    threading.Thread(target=operations.serve_forever, daemon=True).start()
    print(*addresses, flush=True)
    public.serve_forever()


if __name__ == "__main__":
    main()
