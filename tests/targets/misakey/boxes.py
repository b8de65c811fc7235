"""What happens to boxes, by whom, and who is told."""

import threading
import uuid
from datetime import datetime, timezone

from hub import Hub
from model import OWNER_ORG, Box, Event, Identity
from refusal import Refusal

NOT_MEMBER = {"reason": "not_member", "sender_id": "forbidden"}


class Store:
    """Everything, behind one lock, which the callers of public methods need not know of."""

    def __init__(self, identities: list[Identity], hub: Hub):
        self.identities = {identity.id: identity for identity in identities}
        self.hub = hub
        self.lock = threading.RLock()
        self._boxes: dict[str, Box] = {}
        self._hashes: dict[str, Box] = {}
        self._notices = 0

    def contact(self, caller: Identity, contacted: Identity, wish: dict) -> dict:
        """Makes a box and invites; `wish` was checked but for what needs the store."""
        with self.lock:
            share = wish["share"]
            if share["hash"] in self._hashes:
                raise Refusal(409)
            box = Box(caller, wish["title"], wish["public_key"])
            self._boxes[box.id] = box
            self._hashes[share["hash"]] = box
            box.shares.append(share)
            box.contacted.add(contacted.id)
            content = {"title": box.title, "public_key": box.public_key, "owner_org_id": OWNER_ORG}
            first = self._add(box, "create", caller, content, at=box.at)
            self._add(box, "state.access_mode", caller, {"value": "public"}, pushed=False)
            details = {
                "cryptoaction_id": str(uuid.uuid4()),
                "owner_org_id": OWNER_ORG,
                "box_title": box.title,
                "box_id": box.id,
            }
            self.notify(contacted, "box.auto_invite", details)
            return box.view(caller, first)

    def notify(self, identity: Identity, kind: str, details: dict | None) -> None:
        with self.lock:
            self._notices += 1
            now = datetime.now(timezone.utc).isoformat(timespec="seconds")
            notice = {
                "acknowledged_at": None,
                "created_at": now,
                "details": details,
                "type": kind,
                "id": self._notices,
            }
            identity.notifications.insert(0, notice)
            self.hub.publish(identity.id, "notification", notice)

    def joined(self, reader: Identity) -> list[Box]:
        boxes = [box for box in self._boxes.values() if reader.id in box.members]
        return boxes[::-1]

    def box(self, box_id: str, reader: Identity) -> Box:
        """A box for one of its members."""
        box = self.known_box(box_id)
        if reader.id not in box.members:
            raise Refusal(403, **NOT_MEMBER)
        return box

    def known_box(self, box_id: str) -> Box:
        try:
            found = self._boxes.get(str(uuid.UUID(box_id)))
        except ValueError:
            raise Refusal(400, "path", id="malformed") from None
        if found is None:
            raise Refusal(403)
        return found

    def share(self, share_hash: str, reader: Identity | None = None) -> tuple[Box, dict]:
        """A box and its share by the hash; with a reader, for members only."""
        box = self._hashes.get(share_hash)
        if box is None or box.id not in self._boxes:
            raise Refusal(404, other_share_hash="not_found")
        if reader is not None and reader.id not in box.members:
            raise Refusal(403, **NOT_MEMBER)
        return box, next(share for share in box.shares if share["hash"] == share_hash)

    def post(self, caller: Identity, box_id: str, body: dict) -> Event:
        with self.lock:
            box = self.known_box(box_id)
            kind = body.get("type")
            if kind != "member.join" and caller.id not in box.members:
                raise Refusal(403, **NOT_MEMBER)
            if kind is None or kind == "":
                raise Refusal(400, type="required")
            if not isinstance(kind, str):
                raise Refusal(400, type="malformed")
            rule = {
                "member.join": self._join,
                "member.leave": self._leave,
                "msg.text": self._message,
                "msg.edit": self._amend,
                "msg.delete": self._amend,
                "state.access_mode": self._access_mode,
                "state.key_share": self._key_share,
            }.get(kind)
            if rule is None:
                raise Refusal(400, type="malformed")
            return rule(box, caller, body)

    def _join(self, box: Box, caller: Identity, _body: dict) -> Event:
        if caller.id in box.members:
            raise Refusal(409)
        named = [event for event in box.accesses() if event.content["value"] == caller.address]
        if box.access_mode == "limited" and not named:
            raise Refusal(403)
        if box.access_mode == "public":
            content = {"restriction_type": "identifier", "value": caller.address}
            self._add(box, "access.add", caller, content | {"auto_invite": False}, pushed=False)
        box.members[caller.id] = 0
        return self._add(box, "member.join", caller)

    def _leave(self, box: Box, caller: Identity, _body: dict) -> Event:
        join = self._join_of(box, caller)
        if join is None:
            raise Refusal(403)
        event = self._add(box, "member.leave", caller, referrer=join.id)
        del box.members[caller.id]
        return event

    def _message(self, box: Box, caller: Identity, body: dict) -> Event:
        content = _content(body, "encrypted", "public_key")
        for member in box.members:
            box.members[member] += member != caller.id
        return self._add(box, "msg.text", caller, content)

    def _amend(self, box: Box, caller: Identity, body: dict) -> Event:
        referrer = body.get("referrer_id")
        if not referrer:
            raise Refusal(400, referrer_id="required")
        messages = {event.id: event for event in box.events if event.kind == "msg.text"}
        message = messages.get(str(referrer).lower())
        if message is None:
            raise Refusal(400, referrer_id="invalid")
        if message.sender is not caller:
            raise Refusal(403)
        edit = body["type"] == "msg.edit"
        content = _content(body, "new_encrypted", "new_public_key") if edit else None
        return self._add(box, body["type"], caller, content, message.id)

    def _access_mode(self, box: Box, caller: Identity, body: dict) -> Event:
        self.only_creator(box, caller)
        content = _content(body, "value")
        if content["value"] not in ("public", "limited"):
            raise Refusal(400, value="malformed")
        box.access_mode = content["value"]
        return self._add(box, "state.access_mode", caller, content)

    def _key_share(self, box: Box, caller: Identity, body: dict) -> Event:
        self.only_creator(box, caller)
        names = ("misakey_share", "other_share_hash", "encrypted_invitation_key_share")
        extra = _content({"content": body.get("extra")}, *names)
        if extra[names[1]] in self._hashes:
            raise Refusal(409)
        self._hashes[extra[names[1]]] = box
        share = {"hash": extra[names[1]], "kept": extra[names[0]], "encrypted": extra[names[2]]}
        box.shares.append(share)
        return self._add(box, "state.key_share", caller, pushed=False)

    def batch(self, caller: Identity, box_id: str, body: dict) -> list[Event]:
        with self.lock:
            box = self.box(box_id, caller)
            self.only_creator(box, caller)
            wishes = body.get("events")
            if body.get("batch_type") != "accesses" or not isinstance(wishes, list):
                raise Refusal(400, batch_type="malformed")
            live = {event.id: event for event in box.accesses()}
            for wish in wishes:
                wish = wish if isinstance(wish, dict) else {}
                if wish.get("type") == "access.add":
                    _content(wish, "restriction_type", "value")
                elif wish.get("type") != "access.rm":
                    raise Refusal(400, type="malformed")
                elif str(wish.get("referrer_id")).lower() not in live:
                    raise Refusal(400, referrer_id="invalid")
            made: list[Event] = []
            for wish in wishes:
                made += self._change_access(box, caller, wish, live)
            return made

    def _change_access(self, box: Box, caller: Identity, wish: dict, live: dict) -> list[Event]:
        if wish["type"] == "access.add":
            return [self._add(box, "access.add", caller, wish["content"], pushed=False)]
        access = live[str(wish["referrer_id"]).lower()]
        access.removed = True
        made = [self._add(box, "access.rm", caller, referrer=access.id, pushed=False)]
        for member in [self.identities[member] for member in box.members]:
            if member is box.creator or member.address != access.content["value"]:
                continue
            details = {"owner_org_id": OWNER_ORG, "title": box.title, "id": box.id}
            self.notify(member, "member.kick", details)
            join = self._join_of(box, member)
            referrer = None if join is None else join.id
            made.append(self._add(box, "member.kick", member, caller, referrer))
            del box.members[member.id]
        return made

    def delete(self, caller: Identity, box_id: str) -> None:
        with self.lock:
            box = self.box(box_id, caller)
            self.only_creator(box, caller)
            del self._boxes[box.id]
            content = {"public_key": box.public_key, "sender_id": caller.id, "id": box.id}
            for member in box.members:
                self.hub.publish(member, "box.delete", content | {"owner_org_id": OWNER_ORG})

    def mute(self, caller: Identity, box_id: str, muted: bool) -> None:
        with self.lock:
            box = self.box(box_id, caller)
            (box.muted.add if muted else box.muted.discard)(caller.id)
            content = box.settings(caller) | {"owner_org_id": OWNER_ORG}
            self.hub.publish(caller.id, "box.settings", content)

    def seen(self, identity: str, box_id: object) -> None:
        """Sets a member's count of new events to 0; what is no box of theirs does nothing."""
        with self.lock:
            box = self._boxes.get(str(box_id).lower())
            if box is not None and identity in box.members:
                box.members[identity] = 0

    def only_creator(self, box: Box, caller: Identity) -> None:
        if caller is not box.creator:
            raise Refusal(403)

    def _join_of(self, box: Box, member: Identity) -> Event | None:
        joins = [e for e in box.events if e.kind == "member.join" and e.sender is member]
        return joins[-1] if joins else None

    def _add(self, box, kind, sender, content=None, referrer=None, at=None, pushed=True) -> Event:
        event = Event(box, kind, sender, content, referrer, at)
        box.events.append(event)
        if pushed:
            for member in box.members:
                seen = event.view(member == box.creator.id) | {"owner_org_id": OWNER_ORG}
                self.hub.publish(member, "event.new", seen)
        return event


def _content(body: dict, *names: str) -> dict:
    """The content with these members, each a string that is not empty."""
    content = body.get("content")
    if not isinstance(content, dict):
        raise Refusal(400, content="required")
    for name in names:
        if not isinstance(content.get(name), str):
            raise Refusal(400, **{name: "malformed" if name in content else "required"})
        if content[name] == "":
            raise Refusal(400, **{name: "required"})
    return content
