import { useMutation } from "@tanstack/react-query";
import { Download, ShieldAlert, ShieldCheck } from "lucide-react";

import { answered, api } from "../../api/client";
import type { JournalEvent } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Copy } from "../../design/copy";
import { save } from "../../design/csv";
import { figure } from "../../design/figures";
import { type Verdict, verified } from "./merkle";
import { useHead } from "./queries";
import { Section } from "./section";

function proofOf({ position }: JournalEvent) {
  return answered(
    api.GET("/v1/journal/{position}/proof", { params: { path: { position: Number(position) } } }),
  );
}

async function checked(event: JournalEvent): Promise<Verdict> {
  const [proof, key] = await Promise.all([
    proofOf(event),
    answered(api.GET("/.well-known/tradebook-checkpoint-key")).catch(() => null),
  ]);
  // The event on the page and the one that was proven are one and the same.
  if (proof.event.hash !== event.hash || proof.event.leaf !== event.leaf)
    return { isProven: false, problem: "The proof is of another event than the one shown." };
  return verified(proof, key);
}

/** Leaf, hash and checkpoint, and the check that the event stands under it, done in this browser. */
export function EventProof({ event }: { event: JournalEvent }) {
  const { data: head } = useHead();
  const check = useMutation({ mutationFn: () => checked(event) });
  const download = useMutation({
    mutationFn: async () => {
      save(`proof-${event.position}.json`, JSON.stringify(await proofOf(event), null, 2), "application/json");
    },
  });
  const size = head?.checkpoint && (JSON.parse(head.checkpoint.text) as { size: string }).size;
  const isCovered = size ? BigInt(size) >= BigInt(event.position) : false;
  const problem = check.error ?? download.error;
  return (
    <Section title="Hash and proof">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 text-sm">
        <Hash name="Leaf" value={event.leaf} />
        <Hash name="Hash" value={event.hash} />
        <dt className="text-muted">Checkpoint</dt>
        <dd className="col-span-2 flex min-h-8 items-center">
          {!head && "…"}
          {head && !size && "None yet. The server signs one at intervals."}
          {size && isCovered && `Under the one over ${figure(size)} events`}
          {size && !isCovered && `Not yet: the newest covers ${figure(size)} events`}
        </dd>
      </dl>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          tone="quiet"
          className="flex items-center gap-2"
          disabled={!isCovered || check.isPending}
          onClick={() => {
            check.mutate();
          }}
        >
          <ShieldCheck aria-hidden className="size-4" />
          {check.isPending ? "Checking …" : "Check the proof here"}
        </Button>
        <Button
          tone="quiet"
          className="flex items-center gap-2"
          disabled={!isCovered || download.isPending}
          onClick={() => {
            download.mutate();
          }}
        >
          <Download aria-hidden className="size-4" />
          Save the proof
        </Button>
      </div>
      <div aria-live="polite" className="mt-3 empty:hidden">
        {check.data && !problem && <Outcome verdict={check.data} />}
      </div>
      {problem && <Problem>{problem.message}</Problem>}
    </Section>
  );
}

function Outcome({ verdict }: { verdict: Verdict }) {
  if (!verdict.isProven)
    return (
      <p className="flex gap-2 rounded-control border border-loss/40 bg-loss/10 px-3 py-2 text-sm">
        <ShieldAlert aria-hidden className="size-4 shrink-0 text-loss" />
        <span>
          <span className="font-medium">Not proven.</span> {verdict.problem}
        </span>
      </p>
    );
  return (
    <p className="flex gap-2 rounded-control border border-gain/40 bg-gain/10 px-3 py-2 text-sm">
      <ShieldCheck aria-hidden className="size-4 shrink-0 text-gain" />
      <span>
        <span className="font-medium">Proven against checkpoint {figure(verdict.checkpointSize)}.</span> Leaf,
        link and path were computed again in this browser
        {verdict.signature === "valid"
          ? ", and the signature is that of this book’s key."
          : "; it has no Ed25519, so the signature was not checked."}
      </span>
    </p>
  );
}

function Hash({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="truncate font-mono text-xs" title={value}>
        {value}
      </dd>
      <dd>
        <Copy label={`Copy the ${name.toLowerCase()}`} text={value} />
      </dd>
    </>
  );
}
