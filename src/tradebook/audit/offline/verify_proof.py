"""Checks a proof without a server: python verify_proof.py PROOF.json PUBLIC_KEY.pem (needs cryptography)."""

import json
import sys
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def climb(node: int, last: int, start: bytes, path: list[bytes]) -> tuple[str, str]:
    """RFC 9162, 2.1.3.2 and 2.1.4.2: roots of the earlier and of the newest tree, from a node upwards."""
    old = new = start
    for sibling in path:
        if node & 1 or node == last:
            old, new = (sha256(b"\x01" + sibling + side).digest() for side in (old, new))
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = sha256(b"\x01" + new + sibling).digest()
        node, last = node >> 1, last >> 1
    return (old.hex(), new.hex()) if last == 0 else ("", "")


proof, key = json.loads(Path(sys.argv[1]).read_text()), load_pem_public_key(Path(sys.argv[2]).read_bytes())
for signed in (proof["checkpoint"], proof["earlier_checkpoint"]):
    if not isinstance(key, Ed25519PublicKey):
        sys.exit("The key is not an Ed25519 key.")
    key.verify(b64decode(signed["signature"]), signed["text"].encode())  # raises InvalidSignature
newest, earlier = (json.loads(proof[name]["text"]) for name in ("checkpoint", "earlier_checkpoint"))
path, more = ([bytes.fromhex(h) for h in proof[name]] for name in ("inclusion_path", "consistency_path"))
event, last, end = proof["event"], int(newest["size"]) - 1, int(earlier["size"])
texts = [str(event[name]).encode() for name in ("stream", "version", "type", "schema", "metadata", "data")]
leaf = sha256(b"tradebook journal leaf 1\n" + b"".join(len(t).to_bytes(4, "big") + t for t in texts))
age = datetime.fromisoformat(event["recorded_at"]) - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
place = b"".join(n.to_bytes(8, "big") for n in (int(event["position"]), age // timedelta(microseconds=1)))
chain = sha256(bytes.fromhex(proof["previous_hash"]) + place + leaf.digest()).digest()
_, root = climb(int(event["position"]) - 1, last, sha256(b"\x00" + chain).digest(), path)
start = more if end & (end - 1) and end <= last else [bytes.fromhex(earlier["root"]), *more]
shift = (end & -end).bit_length() - 1 if end <= last else last.bit_length()
roots = climb((end - 1) >> shift, last >> shift, start[0], start[1:])
found = [leaf.hexdigest(), chain.hex(), root, *roots]
if found != [event["leaf"], event["hash"], newest["root"], earlier["root"], newest["root"]]:
    sys.exit("The proof does not hold.")
sys.stdout.write("The proof holds.\n")
