"""Requests and answers: bodies, cookies, CSRF pairs, tokens, JSON."""

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

from boxes import Store
from contact import own_id
from hub import Hub
from model import Identity
from refusal import Refusal

LARGEST_BODY = 1024 * 1024
CSRF_COOKIE = "xsrf-session"


class Service:
    """What outlives a request."""

    def __init__(self, people: dict):
        self.store = Store([Identity(entry) for entry in people["identities"]], Hub())
        self.tokens: dict[str, dict] = people["tokens"]
        self._csrf_key = secrets.token_bytes(32)

    def csrf_token(self, session: str) -> str:
        return hmac.new(self._csrf_key, session.encode(), hashlib.sha256).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """One connection: from the request to plain values, and back."""

    protocol_version = "HTTP/1.1"
    server_version = "boxd/7"
    disable_nagle_algorithm = True
    service: Service
    # Method, path with groups, and what is called with the groups.
    routes: list[tuple[str, str, Callable]] = []

    def handle_any(self) -> None:
        self._answered = False
        try:
            self._read_body()
            self._route()
        except Refusal as refusal:
            self._answer(refusal.status, refusal.body())
        except Exception:
            self._answer(500, Refusal(500, "internal").body())
            raise

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

    def log_message(self, *_args) -> None:
        """Keeps quiet."""

    def _route(self) -> None:
        address = urlsplit(self.path)
        self._query = parse_qs(address.query)
        self._cookies = self._read_cookies()
        if self.command in ("POST", "PUT", "PATCH", "DELETE"):
            self._check_csrf()
        elsewhere = False
        for method, pattern, action in self.routes:
            found = re.fullmatch(pattern, address.path)
            if found is None:
                continue
            if method == self.command:
                action(self, *[unquote(part) for part in found.groups()])
                return
            elsewhere = True
        raise Refusal(405 if elsewhere else 404)

    # Reading

    def _read_body(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self._body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self._body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            raise Refusal(413)
        self._body = self.rfile.read(length)

    def _read_cookies(self) -> dict[str, str]:
        try:
            cookies = SimpleCookie(self.headers["Cookie"])
            return {name: morsel.value for name, morsel in cookies.items()}
        except CookieError:
            return {}

    def _json(self) -> dict:
        media = self.headers.get_content_type() if "Content-Type" in self.headers else ""
        if self._body == b"" or media == "application/x-www-form-urlencoded":
            return {}
        if media != "application/json":
            raise Refusal(415, "body")
        try:
            value = json.loads(self._body)
        except ValueError:
            raise Refusal(400, "body") from None
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Refusal(400, "body")
        return value

    def _check_csrf(self) -> None:
        session = self._cookies.get(CSRF_COOKIE, "")
        given = self.headers.get("X-CSRF-Token", "")
        right = self.service.csrf_token(session)
        if session == "" or not hmac.compare_digest(given.encode(), right.encode()):
            raise Refusal(403, csrf_token="invalid")

    def _caller(self) -> Identity:
        """Who asks: the holder of the token, which must be of ACR 1 at least."""
        if "Authorization" in self.headers:
            raise Refusal(401)
        token, kind = self._cookies.get("accesstoken"), self._cookies.get("tokentype")
        if token is None or kind is None:
            raise Refusal(401)
        if kind != "bearer":
            raise Refusal(401, "cookies", tokentype="invalid")
        known = self.service.tokens.get(token)
        if known is None:
            raise Refusal(401, "headers", Authorization="invalid")
        if known["expires"] < time.time():
            raise Refusal(401)
        if known["acr"] < 1:
            raise Refusal(403, "acr", acr="forbidden", required_acr="1")
        return self.service.store.identities[known["identity"]]

    def _caller_as(self, path_id: str) -> Identity:
        caller = self._caller()
        if not own_id(path_id):
            raise Refusal(400, "path", id="malformed")
        if caller.id != path_id:
            raise Refusal(403)
        return caller

    # Answering

    def _answer(self, status: int, value: object = None, headers: dict | None = None) -> None:
        """Answers JSON in chunks, or nothing; only once."""
        if self._answered:
            return
        self._answered = True
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        if status == 204:
            self.end_headers()
            return
        body = json.dumps(value).encode("ascii") + b"\n"
        self.send_header("content-type", "application/json")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if self.command != "HEAD":
            half = len(body) // 2  # At least one byte each: `{}` and its line end are three.
            parts = (body[:half], body[half:], b"")
            self.wfile.write(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts))

    def _plain(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode("ascii"))
