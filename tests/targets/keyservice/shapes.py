"""Answers in JSON and in XML."""

import json
import re
from datetime import datetime, timezone
from xml.sax.saxutils import escape

from mailboxes import Key, Message

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def _date(at_ms: int, in_xml: bool) -> str:
    """In JSON with the offset of a zone behind it, which changes nothing."""
    if not in_xml:
        return f"/Date({at_ms}+0530)/"
    return datetime.fromtimestamp(at_ms / 1000, timezone.utc).isoformat()


def key_shape(key: Key, in_xml: bool) -> dict:
    created = _date(key.created_ms, in_xml)
    shape = {
        "KeyId": key.id,
        "KeyToken": key.token,
        "PublicKey": key.public,
        "IsPrivateKeyEncrypted": key.locked is not None,
        "IsPublicKeyOnly": key.locked is None,
        "RequestDate": created,
        "ReleaseDate": created,
        "DeleteMessagesAfterReading": False,
        "DeleteKeyAfterReading": False,
    }
    if in_xml:
        return shape
    private = {"PrivateKey": key.locked, "PrivateKeyHash": key.hash}
    return {"Region": "north", **private, **shape, "Messages": [], "Notifications": []}


def message_shape(message: Message, text: str, encryption_key: str, download, in_xml) -> dict:
    shape = {
        "Priority": 0,
        "IsFile": message.is_file,
        "Created": _date(message.created_ms, in_xml),
        "MessageData": text,
        "EncryptionKey": encryption_key,
        "MessageHash": message.hash,
        "MessageId": message.id,
        "TemporaryDownloadId": download,
    }
    return {name: value for name, value in shape.items() if value is not None or not in_xml}


def as_json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode("ascii")


def _text(value: object) -> str:
    """As CDATA where that keeps every character."""
    if isinstance(value, bool):
        return str(value).lower()
    text = NOT_IN_XML.sub("\ufffd", str(value))
    if "]]>" in text or "\r" in text or text.isalnum() or text == "":
        return escape(text, {"\r": "&#xD;"})
    return f"<![CDATA[{text}]]>"


def _members(shape: dict, indent: str) -> str:
    lines = [f"{indent}<{name}>{_text(value)}</{name}>" for name, value in shape.items()]
    return "\n".join(lines)


def as_xml(value: object) -> bytes:
    """The root is `response`; no declaration, but a comment, indents and a namespace in passing."""
    if isinstance(value, list):
        parts = [f"  <Message>\n{_members(entry, '    ')}\n  </Message>" for entry in value]
        inner = "\n" + "\n".join(parts) + "\n"
    elif isinstance(value, dict):
        inner = "\n" + _members(value, "  ") + "\n"
    else:
        inner = _text(value)
    return f'<!-- mail --><response xmlns:xsi="{XSI}">{inner}</response>'.encode("utf-8")
