"""What there is: identities, boxes and their events, and how readers see them."""

import time
import uuid
from datetime import datetime, timedelta, timezone

OWNER_ORG = str(uuid.uuid5(uuid.NAMESPACE_DNS, "platform.misakey.example"))
UNLISTED = ("access.add", "access.rm", "state.key_share")


def fresh_id() -> str:
    """A UUID of version 1, of this moment."""
    return str(uuid.uuid1())


class Identity:
    def __init__(self, entry: dict):
        self.id: str = entry["id"]
        self.name: str = entry["name"]
        self.address: str = entry["address"]
        self.has_account: bool = entry.get("account", True)
        self.public_key: str | None = entry.get("publicKey")
        self.notifications: list[dict] = []

    def view(self, open_to_reader: bool) -> dict:
        return {
            "avatar_url": None,
            "display_name": self.name,
            "id": self.id,
            "identifier_kind": "email" if open_to_reader else "",
            "identifier_value": self.address if open_to_reader else "",
        }


class Event:
    def __init__(self, box, kind: str, sender: Identity, content=None, referrer=None, at=None):
        self.id = fresh_id()
        self.box = box
        self.kind = kind
        self.sender = sender
        self.content = content
        self.referrer = referrer
        self.at = at or time.time_ns()
        self.removed = False

    def view(self, open_to_reader: bool) -> dict:
        content = self.content
        if self.kind == "member.kick":
            content = {"kicker": content.view(open_to_reader)}
        seconds = datetime.fromtimestamp(self.at // 10**9, timezone.utc)
        fraction = f"{self.at % 10**9:09d}".rstrip("0") or "0"
        return {
            "server_event_created_at": f"{seconds:%Y-%m-%dT%H:%M:%S}.{fraction}Z",
            "sender": self.sender.view(open_to_reader),
            "referrer_id": self.referrer,
            "content": content,
            "box_id": self.box.id,
            "type": self.kind,
            "id": self.id,
        }


class Box:
    def __init__(self, creator: Identity, title: str, public_key: str):
        self.id = fresh_id()
        self.creator = creator
        self.title = title
        self.public_key = public_key
        self.access_mode = "public"
        self.events: list[Event] = []
        # Members with their count of new events; who was contacted; who wants no notice.
        self.members: dict[str, int] = {creator.id: 0}
        self.contacted: set[str] = set()
        self.muted: set[str] = set()
        self.shares: list[dict] = []
        self.at = time.time_ns()

    def settings(self, reader: Identity) -> dict:
        return {"muted": reader.id in self.muted, "box_id": self.id, "identity_id": reader.id}

    def listed(self) -> list[Event]:
        return [event for event in reversed(self.events) if event.kind not in UNLISTED]

    def accesses(self) -> list[Event]:
        return [event for event in self.events if event.kind == "access.add" and not event.removed]

    def view(self, reader: Identity, last: Event | None = None) -> dict:
        # The same moment as that of its first event, told in another zone and to the microsecond.
        zone = timezone(timedelta(hours=5, minutes=30))
        at = datetime.fromtimestamp(self.at // 10**9, zone)
        at = at.replace(microsecond=self.at // 1000 % 10**6)
        return {
            "last_event": (last or self.listed()[0]).view(False),
            "creator": self.creator.view(reader is self.creator),
            "owner_org_id": OWNER_ORG,
            "access_mode": self.access_mode,
            "title": self.title,
            "public_key": self.public_key,
            "server_created_at": at.isoformat(timespec="microseconds"),
            "id": self.id,
            "events_count": self.members.get(reader.id, 0),
            "settings": self.settings(reader),
        }
