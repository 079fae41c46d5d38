import type { components } from "../../api/generated/schema";

export type Proof = components["schemas"]["Proof"];
export type CheckpointKey = components["schemas"]["CheckpointKey"];

type Bytes = Uint8Array<ArrayBuffer>;

/** What came of checking a proof here, with nothing but SHA-256 (and Ed25519 where the browser has it). */
export type Verdict =
  | { isProven: true; checkpointSize: string; signature: "valid" | "not checked" }
  | { isProven: false; problem: string };

const leafDomain = "tradebook journal leaf 1\n";
const utf8 = new TextEncoder();

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

function joined(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, each) => length + each.length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

function bigEndian(value: bigint, length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, rest = value; at >= 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

export function fromHex(text: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`${text.slice(0, 20)} is not hexadecimal`);
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Microseconds since 1970 of "2026-01-31T12:00:00.123456+00:00", exactly. */
export function microseconds(instant: string): bigint {
  const [, seconds = "", fraction = "", zone = ""] =
    /^(.{19})(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(instant) ?? [];
  return BigInt(Date.parse(`${seconds}${zone}`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** The leaf of an event: the hash of its stored texts, each with its length before it. */
export async function leafOf(event: Proof["event"]): Promise<string> {
  const texts = [event.stream, event.version, event.type, String(event.schema), event.metadata, event.data];
  const fields = texts.flatMap((text) => {
    const bytes = utf8.encode(text);
    return [bigEndian(BigInt(bytes.length), 4), bytes];
  });
  return toHex(await sha256(utf8.encode(leafDomain), ...fields));
}

/** The event's link of the chain. */
export async function linkOf(event: Proof["event"], previous: string, leaf: string): Promise<string> {
  const place = [BigInt(event.position), microseconds(event.recorded_at)].map((each) => bigEndian(each, 8));
  return toHex(await sha256(fromHex(previous), ...place, fromHex(leaf)));
}

/** The root that a path leads to from the leaf at `index` of a tree of `size` (RFC 9162, 2.1.3.2); null for none. */
export async function rootOf(
  chain: string,
  index: bigint,
  size: bigint,
  path: string[],
): Promise<string | null> {
  if (index < 0n || index >= size) return null;
  const node = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);
  let hash = await sha256(Uint8Array.of(0), fromHex(chain));
  let [at, last] = [index, size - 1n];
  for (const text of path) {
    if (last === 0n) return null;
    const sibling = fromHex(text);
    if (at & 1n || at === last) {
      hash = await node(sibling, hash);
      while (at !== 0n && !(at & 1n)) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = await node(hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n ? toHex(hash) : null;
}

async function signatureOf(
  { text, signature }: Proof["checkpoint"],
  key: CheckpointKey,
): Promise<boolean | null> {
  const imported = await crypto.subtle
    .importKey("raw", fromBase64(key.public_key), "Ed25519", false, ["verify"])
    .catch(() => null);
  if (!imported) return null;
  return crypto.subtle.verify("Ed25519", imported, fromBase64(signature), utf8.encode(text));
}

function wrong(problem: string): Verdict {
  return { isProven: false, problem };
}

/**
 * Whether the event, byte for byte, stands in the tree whose root the checkpoint signs. Nothing that the server says
 * of hashes is believed: each is computed again.
 */
export async function verified(proof: Proof, key: CheckpointKey | null): Promise<Verdict> {
  // Typed as always there; it is not where a page came over plain HTTP from another machine.
  if (!(crypto.subtle as SubtleCrypto | undefined))
    return wrong("This browser lends its SHA-256 only to pages served over HTTPS or from this machine.");
  try {
    return await checked(proof, key);
  } catch (error) {
    return wrong(`The proof cannot be read: ${error instanceof Error ? error.message : "it is malformed"}.`);
  }
}

async function checked(proof: Proof, key: CheckpointKey | null): Promise<Verdict> {
  const { event, checkpoint } = proof;
  const { size, root } = JSON.parse(checkpoint.text) as { size: string; root: string };
  const leaf = await leafOf(event);
  if (leaf !== event.leaf) return wrong("The leaf is not the hash of the event's texts.");
  const chain = await linkOf(event, proof.previous_hash, leaf);
  if (chain !== event.hash) return wrong("The hash does not follow from the event before it.");
  const reached = await rootOf(chain, BigInt(event.position) - 1n, BigInt(size), proof.inclusion_path);
  if (reached !== root) return wrong("The path does not lead to the root that the checkpoint names.");
  const isSigned = key && (await signatureOf(checkpoint, key));
  if (isSigned === false) return wrong("The checkpoint's signature is not that of this book's key.");
  return { isProven: true, checkpointSize: size, signature: isSigned ? "valid" : "not checked" };
}
