"""The accounts of the demo: random passwords, written once to a file that only its owner reads."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.crypto import get_random_string

from core.models import User

FILE_NAME = "demo-accounts.txt"
# Without what is easily mistaken when read aloud or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Account:
    """An account as it is announced; `what` says in French and English what it may do."""

    username: str
    password: str
    what: tuple[str, str]


def accounts_file() -> Path:
    """Where the accounts are kept, in the data folder."""
    return Path(settings.DATA_DIR) / FILE_NAME


def new_password() -> str:
    """Sixteen random letters and digits in groups of four (79 bits)."""
    return "-".join(get_random_string(4, _LETTERS) for _ in range(4))


def set_passwords(groups: Iterable[Iterable[User]]) -> dict[str, str]:
    """Give each group of people one new password; returns the passwords by username.

    One for each organization: hashing is slow on purpose, and whoever tries the demo changes roles
    all the time.
    """
    people = [list(group) for group in groups]
    passwords = [new_password() for _group in people]
    # Hashing leaves the interpreter free meanwhile.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        hashes = list(pool.map(make_password, passwords))
    given = {}
    for group, password, encoded in zip(people, passwords, hashes, strict=True):
        for user in group:
            user.password = encoded
            given[user.username] = password
    User.objects.bulk_update([user for group in people for user in group], ["password"])
    return given


def table(accounts: list[Account]) -> str:
    """The accounts as text, in French and English."""
    width = max(len(account.username) for account in accounts)
    lines = [
        "Comptes de la démonstration : nom d’utilisateur, mot de passe, rôle",
        "Accounts of the demo: user name, password, role",
        "",
    ]
    for account in accounts:
        french, english = account.what
        lines.append(f"{account.username:{width}}  {account.password}  {french} / {english}")
    return "\n".join(lines) + "\n"


def write_file(text: str) -> Path:
    """Put `text` in the accounts file, readable by its owner only; returns its path."""
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
    return path
