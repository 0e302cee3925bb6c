"""AES-256-GCM: `seal` and `unseal`, each ciphertext bound to the context it was made for."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import TodokeError

KEY_BYTES = 32
NONCE_BYTES = 12  # random; NIST SP 800-38D 8.3 allows 2**32 messages a key, far above what one key seals here
TAG_BYTES = 16


class Unsealable(TodokeError):
    """The ciphertext was changed, or it belongs to another key or another place."""

    code: ClassVar[str] = "unsealable"
    status: ClassVar[int] = 500
    ja = "保存された値を復号できません。改変されたか、別の鍵のものです。"
    en = "A stored value could not be decrypted: it was changed, or it belongs to another key."
    remedy_ja = "鍵ファイルが正しいか確かめ、`todoke reconcile` と `todoke audit verify` を実行してください。"
    remedy_en = "Check that this is the right key file, then run `todoke reconcile` and `todoke audit verify`."


def new_secret() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, context: str) -> bytes:
    """nonce (12 bytes) || ciphertext || tag (16 bytes), with `context` as additional data."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """What `seal` was given. Raises Unsealable for another key, another context, or any changed byte."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Unsealable
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except InvalidTag:
        raise Unsealable from None


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869); says nothing about `key` or other purposes."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"todoke:" + purpose.encode()).derive(key)


def mac(key: bytes, *parts: str) -> str:
    """HMAC-SHA256 in hex over parts that cannot run into each other (each is preceded by its length)."""
    signed = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode()
        signed.update(len(data).to_bytes(8, "big") + data)
    return signed.hexdigest()
