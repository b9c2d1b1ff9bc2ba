"""Encryption at rest: what the database must not hold in clear goes through this box.

The key lives in a file outside the database (mode 0600), so a copied database tells no login.
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from dsfleet.contracts.problems import InputError, Problem


class SecretBox:
    """Seals and opens small values with one key (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: bytes) -> None:
        """Keep the key, 32 bytes in URL-safe base64."""
        self._fernet = Fernet(key)

    def seal(self, content: bytes) -> bytes:
        """Return the content encrypted; twice the same content gives two different results."""
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """Return the content again. Raises InputError `secret-key-wrong` when another key sealed it."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise InputError(
                Problem(
                    code="secret-key-wrong",
                    message="The database holds secrets that the key file does not open.",
                    mend="Put back the key file that belongs to this database.",
                )
            ) from error


def load_or_make_key(path: Path) -> bytes:
    """Return the key in the file; where there is none, make one that only its owner may read."""
    try:
        return path.read_bytes().strip()
    except FileNotFoundError:
        key = Fernet.generate_key()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return key
