"""PostgreSQL advisory locks: their numbers stand in one place, so that no two mean the same."""

from __future__ import annotations

PROJECTOR = 7_203_001
"""One projector a database."""
MIGRATION = 7_203_002
"""One migration at a time."""
SERVER = 7_203_003
"""One process that serves a database, and with that writes its accounts."""
CREDENTIAL_KEYS = 7_203_004
"""Shared while a credential's data key is wrapped; alone while earlier key-encryption keys are given up."""
