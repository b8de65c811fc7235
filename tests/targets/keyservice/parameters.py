"""Where parameters stand: headers, form, multipart or JSON bodies, the query."""

import json
import re
from email.message import Message as Headers
from urllib.parse import parse_qsl

IN_HEADERS = ("token", "passphrase", "privatekeyhash")
# For these a value of blanks is none; for the others only the empty one is.
NO_BLANKS = (*IN_HEADERS, "publickey", "privatekey")


class Unreadable(Exception):
    """A body that is not what it says it is."""


class Parameters:
    """By name, without regard to case; the first place that has a name counts."""

    def __init__(self, headers: Headers, query: str, body: bytes):
        self.file: tuple[str, bytes] | None = None
        self.query = self._first(parse_qsl(query, keep_blank_values=True))
        in_headers = {}
        for name in IN_HEADERS:
            value = headers.get(name, "").encode("latin-1").decode("utf-8", "replace")
            if value.strip():
                in_headers[name] = value
        self._values = self.query | self._first(self._read_body(headers, body)) | in_headers

    def get(self, name: str) -> str | None:
        value = self._values.get(name, "")
        return None if value == "" or (name in NO_BLANKS and value.strip() == "") else value

    @staticmethod
    def _first(pairs: list[tuple[str, str]]) -> dict[str, str]:
        return {name.lower(): value for name, value in reversed(pairs)}

    def _read_body(self, headers: Headers, body: bytes) -> list[tuple[str, str]]:
        media = headers.get_content_type() if "Content-Type" in headers else ""
        if body == b"":
            return []
        try:
            if media == "application/x-www-form-urlencoded":
                return parse_qsl(body.decode("utf-8"), keep_blank_values=True)
            if media == "application/json":
                members = json.loads(body)
                return [(name, value) for name, value in members.items() if isinstance(value, str)]
            if media == "multipart/form-data":
                boundary = str(headers.get_param("boundary")).encode("latin-1")
                return self._read_parts(body, boundary)
        except (ValueError, AttributeError):
            raise Unreadable from None
        return []

    def _read_parts(self, body: bytes, boundary: bytes) -> list[tuple[str, str]]:
        pairs = []
        between = b"\r\n--" + boundary
        if not (b"\r\n" + body).startswith(between) or between + b"--" not in b"\r\n" + body:
            raise Unreadable
        for part in (b"\r\n" + body).split(between)[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            disposition = head.decode("utf-8")
            name = re.search(r'[;\s]name="([^"]*)"', disposition)
            file_name = re.search(r'[;\s]filename="([^"]*)"', disposition)
            if file_name is None:
                pairs.append((name[1] if name else "", content.decode("utf-8")))
            elif file_name[1] != "" and self.file is None:
                self.file = (re.split(r"[/\\]", file_name[1])[-1], content)
        return pairs
