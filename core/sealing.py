"""Words that the database keeps and cannot read: sealed with a key made from `SECRET_KEY`.

They protect what leaves the server without its secrets: backups, dumps, exports, a look into the
tables. Whoever has the secrets of the site can read them.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str, *, purpose: str) -> str:
    """`text` as only `unseal` with the same purpose can read it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The words that were sealed; "" when the key they were sealed with is gone.

    While a key is being replaced the former one is in `SECRET_KEY_FALLBACKS`.
    """
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box(purpose: str) -> MultiFernet:
    secrets = map(str, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return base64.urlsafe_b64encode(made.derive(secret.encode()))
