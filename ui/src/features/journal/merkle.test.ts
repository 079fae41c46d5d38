import { describe, expect, it } from "vitest";

import { type CheckpointKey, fromHex, microseconds, type Proof, rootOf, toHex, verified } from "./merkle";

const utf8 = new TextEncoder();

/** SHA-256 of texts and of bytes given in hexadecimal, one after the other. */
async function sha(...parts: (string | { hex: string })[]): Promise<string> {
  const hex = parts.map((each) => (typeof each === "string" ? toHex(utf8.encode(each)) : each.hex)).join("");
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", fromHex(hex))));
}

/** MTH(D[n]) of RFC 9162, 2.1.1, written as it stands there. */
async function treeRoot(chain: string[]): Promise<string> {
  const [first = ""] = chain;
  if (chain.length === 1) return sha({ hex: "00" }, { hex: first });
  const k = split(chain.length);
  const [left, right] = [await treeRoot(chain.slice(0, k)), await treeRoot(chain.slice(k))];
  return sha({ hex: "01" }, { hex: left }, { hex: right });
}

/** PATH(m, D[n]) of RFC 9162, 2.1.3.1. */
async function pathOf(m: number, chain: string[]): Promise<string[]> {
  if (chain.length === 1) return [];
  const k = split(chain.length);
  return m < k
    ? [...(await pathOf(m, chain.slice(0, k))), await treeRoot(chain.slice(k))]
    : [...(await pathOf(m - k, chain.slice(k))), await treeRoot(chain.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
const key: CheckpointKey = {
  algorithm: "Ed25519",
  key_id: "k",
  public_key: base64(await crypto.subtle.exportKey("raw", pair.publicKey)),
  pem: "",
};

const texts = { stream: "account-1", version: "3", type: "trading.FundsDeposited", schema: 1 };
const body = { metadata: '{"actor":"user:ü"}', data: '{"amount":"5"}' };

async function signed(text: string): Promise<Proof["checkpoint"]> {
  return { text, signature: base64(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8.encode(text))) };
}

function field(text: string): [{ hex: string }, string] {
  return [{ hex: utf8.encode(text).length.toString(16).padStart(8, "0") }, text];
}

/** A proof that event 3 of 5 stands in its journal. */
async function proof(): Promise<Proof> {
  const fields = [texts.stream, texts.version, texts.type, "1", body.metadata, body.data].flatMap(field);
  const leaf = await sha("tradebook journal leaf 1\n", ...fields);
  const previous = await sha("before");
  const place = [3n, 1_795_248_484_650_161n].map((each) => each.toString(16).padStart(16, "0")).join("");
  const hash = await sha({ hex: previous }, { hex: place }, { hex: leaf });
  const chain = [await sha("1"), previous, hash, await sha("4"), await sha("5")];
  const checkpoint = await signed(JSON.stringify({ size: "5", root: await treeRoot(chain) }));
  return {
    format: "tradebook proof 1",
    event: { position: "3", recorded_at: "2026-11-21T08:08:04.650161+00:00", ...texts, ...body, leaf, hash },
    previous_hash: previous,
    checkpoint,
    inclusion_path: await pathOf(2, chain),
    earlier_checkpoint: checkpoint,
    consistency_path: [],
  };
}

describe("the path to the root", () => {
  it("is followed in trees of every size, from every leaf, and from no other place", async () => {
    for (let size = 1; size <= 9; size += 1) {
      const chain = await Promise.all(Array.from({ length: size }, (_, index) => sha(`event ${index}`)));
      const root = await treeRoot(chain);
      for (const [index, hash] of chain.entries()) {
        const path = await pathOf(index, chain);
        const reached = (at: number) => rootOf(hash, BigInt(at), BigInt(size), path);
        expect(await reached(index)).toBe(root);
        if (size > 1) expect(await reached((index + 1) % size)).not.toBe(root);
      }
    }
  });

  it("ends nowhere outside the tree, or when it is too short or too long", async () => {
    const hash = await sha("event");
    expect(await rootOf(hash, 5n, 5n, [])).toBeNull();
    expect(await rootOf(hash, 0n, 2n, [])).toBeNull();
    expect(await rootOf(hash, 0n, 1n, [hash])).toBeNull();
  });
});

describe("a proof", () => {
  it("holds against its checkpoint, signature and all", async () => {
    expect(await verified(await proof(), key)).toEqual({
      isProven: true,
      checkpointSize: "5",
      signature: "valid",
    });
    expect(await verified(await proof(), null)).toMatchObject({ isProven: true, signature: "not checked" });
  });

  it("fails when the event's words were changed", async () => {
    const forged = await proof();
    forged.event.data = '{"amount":"6"}';
    expect(await verified(forged, key)).toEqual({
      isProven: false,
      problem: "The leaf is not the hash of the event's texts.",
    });
  });

  it("fails when its time or place was changed", async () => {
    const [later, moved] = [await proof(), await proof()];
    later.event.recorded_at = "2026-11-21T08:08:04.650162+00:00";
    moved.event.position = "4";
    for (const forged of [later, moved])
      expect(await verified(forged, key)).toMatchObject({
        problem: expect.stringContaining("event before") as string,
      });
  });

  it("fails when the path or the signed root is another", async () => {
    const astray = await proof();
    astray.inclusion_path.reverse();
    expect(await verified(astray, key)).toMatchObject({ problem: expect.stringContaining("path") as string });
    const unsigned = await proof();
    unsigned.checkpoint = { ...unsigned.checkpoint, signature: base64(new ArrayBuffer(64)) };
    expect(await verified(unsigned, key)).toMatchObject({
      problem: expect.stringContaining("signature") as string,
    });
  });

  it("fails in words when it cannot be read", async () => {
    const broken = { ...(await proof()), previous_hash: "zz" };
    expect(await verified(broken, key)).toMatchObject({
      isProven: false,
      problem: expect.stringContaining("cannot be read") as string,
    });
  });
});

it("counts microseconds exactly, in every zone", () => {
  expect(microseconds("2026-11-21T08:08:04.650161+00:00")).toBe(1_795_248_484_650_161n);
  expect(microseconds("2026-11-21T09:08:04.65+01:00")).toBe(1_795_248_484_650_000n);
});
