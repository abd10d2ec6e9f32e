"""The codes of an authenticator app, as RFC 6238 has them."""

import base64
import hashlib
import hmac
import struct
import time


def totp(secret: str, *, steps: int = 0) -> str:
    """The six digits that an app with this secret shows now, or `steps` half minutes later."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
