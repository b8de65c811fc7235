"""Refusals and the error body that says them."""

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "request_entity_too_large",
    500: "internal",
}


class Refusal(Exception):
    """An answer other than the one that was hoped for; `details` may be empty."""

    def __init__(self, status: int, origin: str = "not_defined", **details: str):
        super().__init__(status)
        self.status = status
        self.origin = origin
        self.details = details

    def body(self) -> dict:
        return {
            "details": self.details,
            "desc": f"refused, see {self.origin}",
            "origin": self.origin,
            "code": CODES.get(self.status, "no_code"),
            "docs": "https://errors.example/" + str(self.status),
        }
