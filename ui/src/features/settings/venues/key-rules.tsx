import { Check, Lock, X } from "lucide-react";

import { Button } from "../../../design/controls";
import { Panel } from "../../../design/panel";
import { guideOf, type Rule } from "./guides";

const kinds = {
  allow: { icon: Check, word: "Tick", mark: "text-gain" },
  refuse: { icon: X, word: "Leave clear", mark: "text-loss" },
  bind: { icon: Lock, word: "Choose", mark: "text-accent" },
};

/** The second step: what the key may do and what it must not, in the venue's own words. */
export function KeyRules({
  venue,
  onBack,
  onDone,
}: {
  venue: string;
  /** Where there is something to go back to. */
  onBack?: (() => void) | undefined;
  onDone: () => void;
}) {
  const guide = guideOf(venue);
  return (
    <Panel title={`Make a key at ${guide.title}`}>
      <div className="space-y-5 p-5">
        <ol className="list-decimal space-y-1.5 pl-5 marker:text-muted marker:tabular-nums">
          {guide.steps.map((step) => (
            <li key={step} className="pl-1">
              {step}
            </li>
          ))}
        </ol>
        <ul className="divide-y divide-line overflow-hidden rounded-control border border-line">
          {guide.rules.map((rule) => (
            <Told key={rule.name} rule={rule} />
          ))}
        </ul>
        <p className="text-sm text-muted">
          The server asks {guide.title} what the key may do before it keeps it, encrypts it, and never shows
          it again.
        </p>
        <div className="flex justify-end gap-2">
          {onBack && (
            <Button tone="quiet" onClick={onBack}>
              Keep the key that is there
            </Button>
          )}
          <Button onClick={onDone}>I have the key</Button>
        </div>
      </div>
    </Panel>
  );
}

function Told({ rule: { kind, name, why } }: { rule: Rule }) {
  const { icon: Icon, word, mark } = kinds[kind];
  return (
    <li className="flex gap-3 px-3 py-3">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${mark}`} />
      <div className="min-w-0 space-y-0.5">
        <p>
          <span className="text-muted">{word}: </span>
          <span className="font-medium">{name}</span>
        </p>
        <p className="text-sm text-muted">{why}</p>
      </div>
    </li>
  );
}
