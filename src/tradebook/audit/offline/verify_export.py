"""Checks an export of Tradebook without a server: python verify_export.py [DIRECTORY] (needs cryptography).

Recomputes the leaf and the chain hash of every line of journal.jsonl, the numbering of events and streams,
and the Merkle root (RFC 9162) wherever checkpoints.jsonl has a checkpoint, whose signature it checks with
public_key.pem. Compare that key, or a checkpoint, with one you received another way: a forger has keys too.
"""

import json
import sys
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
FIELDS = ("stream", "version", "type", "schema", "metadata", "data")


def grow(peaks: list[tuple[int, bytes]], node: bytes) -> None:
    """Add a leaf to the roots of complete subtrees, largest first, each with its level."""
    level = 0
    while peaks and peaks[-1][0] == level:
        node = sha256(b"\x01" + peaks.pop()[1] + node).digest()
        level += 1
    peaks.append((level, node))


def root_of(peaks: list[tuple[int, bytes]]) -> str:
    """The root above them."""
    *rest, (_, root) = peaks
    for _, peak in reversed(rest):
        root = sha256(b"\x01" + peak + root).digest()
    return root.hex()


directory = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
key = load_pem_public_key((directory / "public_key.pem").read_bytes())
if not isinstance(key, Ed25519PublicKey):
    sys.exit("public_key.pem is not an Ed25519 key.")
checkpoints = {}
for line in (directory / "checkpoints.jsonl").read_text().splitlines():
    signed = json.loads(line)
    key.verify(b64decode(signed["signature"]), signed["text"].encode())  # raises InvalidSignature
    checkpoint = json.loads(signed["text"])
    checkpoints[int(checkpoint["size"])] = (checkpoint["hash"], checkpoint["root"])

chain, position = bytes(32), 0
peaks: list[tuple[int, bytes]] = []
versions: dict[str, int] = {}
with (directory / "journal.jsonl").open() as journal:
    for line in journal:
        event = json.loads(line)
        position += 1
        texts = [str(event[name]).encode() for name in FIELDS]
        leaf = sha256(b"tradebook journal leaf 1\n" + b"".join(len(t).to_bytes(4, "big") + t for t in texts))
        time_us = (datetime.fromisoformat(event["recorded_at"]) - EPOCH) // timedelta(microseconds=1)
        place = position.to_bytes(8, "big") + time_us.to_bytes(8, "big", signed=True)
        chain = sha256(chain + place + leaf.digest()).digest()
        version = versions[event["stream"]] = versions.get(event["stream"], 0) + 1
        found = [str(position), str(version), leaf.hexdigest(), chain.hex()]
        if found != [event["position"], event["version"], event["leaf"], event["hash"]]:
            sys.exit(f"Event {position} is not what was recorded.")
        grow(peaks, sha256(b"\x00" + chain).digest())
        if position in checkpoints and checkpoints.pop(position) != (chain.hex(), root_of(peaks)):
            sys.exit(f"The journal up to position {position} is not what was signed.")
if checkpoints:
    sys.exit(f"{max(checkpoints)} events were signed, {position} are here.")
sys.stdout.write(f"{position} events agree with every checkpoint.\n")
