"""
A Misakey box service as somebody else would write it: Python and its standard library, a thread a
connection. It shares no code with the mock or the suite, and uses the freedoms that the references
leave: CSRF pairs that it issued itself and under a name of its own, UUIDs of version 1 and in upper
case, times in other zones, fragmented messages, early pings, late pushes, members in other orders
and members of its own. Nothing is wrong with it: whatever the suite says against it is a fault of
the suite.

Usage: server.py PEOPLE.json, the identities with their tokens. Prints two URLs when it
listens: that of the service, and that of the door of those who run it.
"""

import json
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from contact import Wish, own_id
from handler import CSRF_COOKIE, Handler, Service
from model import OWNER_ORG, Identity
from refusal import Refusal
from websocket import WebSocket, accept_value

OWN_ORIGIN = re.compile(
    r"https?://(localhost|127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*misakey\.com)(:\d+)?"
)


class Boxes(Handler):
    """The operations."""

    def csrf(self) -> None:
        session = self._cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(18)
        cookie = f"{CSRF_COOKIE}={session}; Max-Age=86400; Path=/; SameSite=Lax; HttpOnly"
        token = self.service.csrf_token(session)
        self._answer(200, {"csrf_token": token}, {"set-cookie": cookie, "vary": "Cookie"})

    def socket(self, path_id: str) -> None:
        caller = self._caller_as(path_id)
        headers = self.headers
        key = headers.get("Sec-WebSocket-Key", "")
        upgrade = [word.strip().lower() for word in headers.get("Connection", "").split(",")]
        if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in upgrade:
            return self._plain(400, "Bad Request")
        if headers.get("Sec-WebSocket-Version") != "13" or key == "":
            return self._plain(400, "Bad Request")
        if not OWN_ORIGIN.fullmatch(headers.get("Origin", "http://localhost")):
            return self._plain(403, "Forbidden")
        socket = WebSocket(self.connection, self.rfile, self.wfile)
        self.close_connection = True
        self.send_response(101)
        self.send_header("upgrade", "WebSocket")
        self.send_header("connection", "keep-alive, upgrade")
        self.send_header("sec-websocket-accept", accept_value(key))
        self.end_headers()
        hub = self.service.store.hub
        hub.add(caller.id, socket)
        socket.ping()
        hub.publish(caller.id, "presence.opened", {"at": int(time.time())})
        for message in socket.messages():
            self._listen(caller, message)
        hub.remove(caller.id, socket)

    def _listen(self, caller: Identity, message: bytes) -> None:
        try:
            value = json.loads(message)
        except ValueError:
            return
        if not isinstance(value, dict) or value.get("type") != "ack":
            return
        ack = value.get("object")
        if isinstance(ack, dict) and ack.get("sender_id") == caller.id:
            self.service.store.seen(caller.id, ack.get("box_id"))
            self.service.store.hub.echo(caller.id, value)

    def contact(self, path_id: str) -> None:
        caller = self._caller()
        wish = Wish(path_id, self._json())
        if caller.id != path_id:
            raise Refusal(403)
        store = self.service.store
        contacted = wish.weigh(store.identities.get(wish.contacted))
        box = {"title": wish.title, "public_key": wish.public_key, "share": wish.share}
        self._answer(201, store.contact(caller, contacted, box))

    def settings(self, path_id: str, box_id: str) -> None:
        caller = self._caller_as(path_id)
        self._answer(200, self.service.store.box(box_id, caller).settings(caller))

    def change_settings(self, path_id: str, box_id: str) -> None:
        caller = self._caller_as(path_id)
        muted = self._json().get("muted")
        if not isinstance(muted, bool):
            raise Refusal(400, muted="required" if muted is None else "malformed")
        self.service.store.mute(caller, box_id, muted)
        self._answer(204)

    def joined(self) -> None:
        caller = self._caller()
        self._answer(200, [box.view(caller) for box in self.service.store.joined(caller)])

    def count_joined(self) -> None:
        count = len(self.service.store.joined(self._caller()))
        self._answer(204, headers={"x-total-count": str(count)})

    def box(self, box_id: str) -> None:
        caller = self._caller()
        self._answer(200, self.service.store.box(box_id, caller).view(caller))

    def delete_box(self, box_id: str) -> None:
        caller = self._caller()
        confirmation = self._json().get("user_confirmation")
        if confirmation != "delete":
            raise Refusal(400, user_confirmation="invalid" if confirmation else "required")
        self.service.store.delete(caller, box_id)
        self._answer(204)

    def events(self, box_id: str) -> None:
        box = self.service.store.box(box_id, self._caller())
        self._answer(200, [event.view(False) for event in box.listed()])

    def count_events(self, box_id: str) -> None:
        count = len(self.service.store.box(box_id, self._caller()).listed())
        self._answer(204, headers={"x-total-count": str(count)})

    def post_event(self, box_id: str) -> None:
        caller = self._caller()
        event = self.service.store.post(caller, box_id, self._json())
        self._answer(201, event.view(False))

    def post_batch(self, box_id: str) -> None:
        caller = self._caller()
        made = self.service.store.batch(caller, box_id, self._json())
        self._answer(201, [event.view(False) for event in made])

    def accesses(self, box_id: str) -> None:
        caller = self._caller()
        box = self.service.store.box(box_id, caller)
        self._answer(200, [event.view(caller is box.creator) for event in box.accesses()])

    def members(self, box_id: str) -> None:
        caller = self._caller()
        store = self.service.store
        box = store.box(box_id, caller)
        shown = caller is box.creator
        self._answer(200, [store.identities[member].view(shown) for member in list(box.members)])

    def public(self, box_id: str) -> None:
        names = ("other_share_hash", "invitation_share_hash")
        given = next((self._query[name][0] for name in names if name in self._query), "")
        box, _share = self.service.store.share(given)
        if box.id != box_id.lower():
            raise Refusal(404, other_share_hash="not_found")
        creator = box.creator.view(False)
        self._answer(200, {"owner_org_id": OWNER_ORG, "creator": creator, "title": box.title})

    def reset_count(self, box_id: str) -> None:
        caller = self._caller()
        named = self._json().get("identity_id")
        if not isinstance(named, str) or not own_id(named):
            raise Refusal(400, identity_id="required" if named is None else "malformed")
        box = self.service.store.box(box_id, caller)
        if named != caller.id:
            raise Refusal(403)
        self.service.store.seen(caller.id, box.id)
        self._answer(204)

    def encrypted_share(self) -> None:
        caller = self._caller()
        box = self.service.store.known_box(self._query.get("box_id", [""])[0])
        if caller.id not in box.members and caller.id not in box.contacted:
            raise Refusal(403)
        self._answer(200, box.shares[-1]["encrypted"])

    def key_share(self, share_hash: str) -> None:
        box, share = self.service.store.share(share_hash, self._caller())
        names = {"other_share_hash": share_hash, "box_id": box.id, "misakey_share": share["kept"]}
        self._answer(200, names)

    def notifications(self, path_id: str) -> None:
        self._answer(200, self._caller_as(path_id).notifications)


class Operations(BaseHTTPRequestHandler):
    """The door of those who run it, on a port of its own: files saved elsewhere are told here."""

    service: Service

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = wish["event"] == "file.saved"
        for identity in wish["affects"] if known else []:
            for entry in wish["data"]:
                saved = {"is_saved": entry.get("is_saved", True), "encrypted_file_id": entry["id"]}
                self.service.store.hub.publish(identity, "file.saved", saved)
        body = json.dumps({"jobId": secrets.token_hex(8)}).encode("ascii")
        self.send_response(200 if known else 422)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """Keeps quiet."""


PART = "([^/]+)"
ROUTES = [
    ("GET", "/csrf", Boxes.csrf),
    ("GET", f"/box-users/{PART}/ws", Boxes.socket),
    ("POST", f"/box-users/{PART}/contact", Boxes.contact),
    ("GET", f"/box-users/{PART}/boxes/{PART}/settings", Boxes.settings),
    ("PUT", f"/box-users/{PART}/boxes/{PART}/settings", Boxes.change_settings),
    ("GET", "/boxes/joined", Boxes.joined),
    ("HEAD", "/boxes/joined", Boxes.count_joined),
    ("GET", f"/boxes/{PART}", Boxes.box),
    ("DELETE", f"/boxes/{PART}", Boxes.delete_box),
    ("GET", f"/boxes/{PART}/events", Boxes.events),
    ("HEAD", f"/boxes/{PART}/events", Boxes.count_events),
    ("POST", f"/boxes/{PART}/events", Boxes.post_event),
    ("POST", f"/boxes/{PART}/batch-events", Boxes.post_batch),
    ("GET", f"/boxes/{PART}/accesses", Boxes.accesses),
    ("GET", f"/boxes/{PART}/members", Boxes.members),
    ("GET", f"/boxes/{PART}/public", Boxes.public),
    ("PUT", f"/boxes/{PART}/new-events-count/ack", Boxes.reset_count),
    ("GET", "/box-key-shares/encrypted-invitation-key-share", Boxes.encrypted_share),
    ("GET", f"/box-key-shares/{PART}", Boxes.key_share),
    ("GET", f"/identities/{PART}/notifications", Boxes.notifications),
]


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        people = json.load(file)
    Boxes.service = Operations.service = Service(people)
    Boxes.routes = ROUTES
    public = ThreadingHTTPServer(("127.0.0.1", 0), Boxes)
    operations = ThreadingHTTPServer(("127.0.0.1", 0), Operations)
    addresses = [f"http://127.0.0.1:{server.server_port}" for server in (public, operations)]
    print(*addresses, flush=True)
    threading.Thread(target=operations.serve_forever, daemon=True).start()
    public.serve_forever()


if __name__ == "__main__":
    main()
