"""What a contact request must be, in the order in which its faults are reported."""

import re
import uuid

from model import Identity
from refusal import Refusal

URL_SAFE = re.compile(r"[A-Za-z0-9_-]+")
BOX_KEY = re.compile(r"[A-Za-z0-9_-]+|com\.misakey\.aes-rsa-enc:[A-Za-z0-9_-]*")
LONGEST_TITLE_BYTES = 50
LONGEST = {"hash": 255, "kept": 2047, "encrypted": 4095}


def _object(value: object, name: str, missing: dict[str, str] | None = None) -> dict:
    if value is None and missing is not None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, "body", **{name: "malformed"})
    return value


def _text(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(400, "body", **{name: "malformed"})
    return value


def own_id(path_id: str) -> bool:
    """True for a UUID of version 4 as it is written: in lower case, without blanks."""
    try:
        parsed = uuid.UUID(path_id)
    except ValueError:
        return False
    return parsed.version == 4 and str(parsed) == path_id


class Wish:
    """A contact request, read but not yet weighed against what the server knows."""

    def __init__(self, path_id: str, body: dict):
        box = _object(body.get("box"), "box", missing={})
        share = _object(body.get("key_share"), "key_share", missing={})
        crypto = _object(body.get("crypto"), "crypto", missing={})
        # The names of the document, and those of older clients.
        self.contacted = _text(
            body.get("contacted_identity_id", body.get("identity_id")), "contacted_identity_id"
        )
        self.title = _text(box.get("title"), "title")
        self.public_key = _text(box.get("public_key"), "public_key")
        self.invitation = crypto.get("invitation_data", body.get("invitation_data", ...))
        hash_ = share.get("invitation_share_hash", share.get("other_share_hash"))
        self.share = {
            "hash": _text(hash_, "invitation_share_hash"),
            "kept": _text(share.get("misakey_share"), "misakey_share"),
            "encrypted": _text(
                share.get("encrypted_invitation_key_share"), "encrypted_invitation_key_share"
            ),
        }
        self._first_group(path_id)
        self._second_group()
        self._third_group()

    def _first_group(self, path_id: str) -> None:
        faults = {}
        if not own_id(path_id):
            faults["identity_id"] = "malformed"
        if self.contacted == "":
            faults["contacted_identity_id"] = "required"
        elif not own_id(self.contacted):
            faults["contacted_identity_id"] = "malformed"
        if self.invitation is ...:
            faults["invitation_data"] = "required"
        if faults:
            raise Refusal(400, **faults)

    def _second_group(self) -> None:
        faults = {}
        if self.title == "":
            faults["title"] = "required"
        elif len(self.title.encode("utf-8", "surrogatepass")) > LONGEST_TITLE_BYTES:
            faults["title"] = "malformed"
        if self.public_key == "":
            faults["public_key"] = "required"
        if faults:
            raise Refusal(400, **faults)

    def _third_group(self) -> None:
        names = {
            "hash": "invitation_share_hash",
            "kept": "misakey_share",
            "encrypted": "encrypted_invitation_key_share",
        }
        faults = {}
        for key, value in self.share.items():
            if value == "":
                faults[names[key]] = "required"
            elif not URL_SAFE.fullmatch(value):
                faults[names[key]] = "malformed"
        if faults:
            raise Refusal(400, **faults)

    def weigh(self, contacted: Identity | None) -> Identity:
        """The rest of the rules, but for the hash, of which the store knows."""
        if contacted is None:
            raise Refusal(404, id="not_found")
        if not contacted.has_account:
            raise Refusal(403, contacted_account="required")
        if not BOX_KEY.fullmatch(self.public_key):
            raise Refusal(400)
        if any(len(self.share[name]) > limit for name, limit in LONGEST.items()):
            raise Refusal(413)
        if contacted.public_key is None:
            raise Refusal(409)
        entries = self.invitation
        if not isinstance(entries, dict) or list(entries) != [contacted.public_key]:
            raise Refusal(400)
        if not isinstance(entries[contacted.public_key], str):
            raise Refusal(400)
        return contacted
