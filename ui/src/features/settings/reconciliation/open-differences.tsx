import { useState } from "react";

import type { Difference } from "../../../api/differences";
import { useMay } from "../../../api/me";
import { Button } from "../../../design/controls";
import { EventLink } from "../../../design/event-link";
import { figure, signed } from "../../../design/figures";
import { Panel } from "../../../design/panel";
import { useTimes } from "../../../design/times";
import { Adopting, Explaining } from "./deciding";
import { remedyOf, sentenceOf, sidesOf, titleOf } from "./difference-words";

type Asked = { what: "adopt" | "explain"; difference: Difference };

/** What waits for a decision, and deciding it. */
export function OpenDifferences({ differences }: { differences: Difference[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const mayDecide = useMay("manage");
  const close = () => {
    setAsked(null);
  };
  return (
    <Panel title="Waiting for a decision" aside={differences.length ? String(differences.length) : ""}>
      {differences.length ? (
        <ul className="divide-y divide-line">
          {differences.map((difference) => (
            <Waiting
              key={difference.difference_id}
              difference={difference}
              mayDecide={mayDecide}
              onAsk={setAsked}
            />
          ))}
        </ul>
      ) : (
        <p className="p-4 text-muted">
          Nothing. What the venue said fits the book, or has been decided about.
        </p>
      )}
      {differences.length > 0 && !mayDecide && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
          Deciding needs the scope “manage”.
        </p>
      )}
      {asked?.what === "adopt" && <Adopting difference={asked.difference} onClose={close} />}
      {asked?.what === "explain" && <Explaining difference={asked.difference} onClose={close} />}
    </Panel>
  );
}

function Waiting({
  difference,
  mayDecide,
  onAsk,
}: {
  difference: Difference;
  mayDecide: boolean;
  onAsk: (asked: Asked) => void;
}) {
  const times = useTimes();
  const sides = sidesOf(difference);
  const title = titleOf(difference);
  return (
    <li className="space-y-3 px-4 py-4">
      <div className="space-y-0.5 wrap-anywhere">
        <h3 className="font-medium">{title}</h3>
        {!sides && <p className="text-sm">{sentenceOf(difference)}</p>}
        <p className="text-sm text-muted">{remedyOf(difference)}</p>
      </div>
      {sides && (
        <dl className="grid grid-cols-3 gap-3 text-sm tabular-nums">
          <Side name="Venue" decimal={sides.venue} />
          <Side name="Book" decimal={sides.book} />
          <Side name="Difference" decimal={sides.difference} unit={sides.unit} isMarked />
        </dl>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-xs text-muted">
          <EventLink position={difference.found_position} className="text-accent underline">
            Found
          </EventLink>{" "}
          <time dateTime={difference.found_at}>{times.full(difference.found_at)}</time>
        </p>
        {mayDecide && (
          <div className="flex gap-2">
            <Button
              tone="quiet"
              aria-label={`Explain: ${title}`}
              onClick={() => {
                onAsk({ what: "explain", difference });
              }}
            >
              Explain
            </Button>
            {difference.adoptable && (
              <Button
                aria-label={`Adopt: ${title}`}
                onClick={() => {
                  onAsk({ what: "adopt", difference });
                }}
              >
                Adopt
              </Button>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

function Side({
  name,
  decimal,
  unit,
  isMarked,
}: {
  name: string;
  decimal: string;
  unit?: string;
  isMarked?: boolean;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={`wrap-anywhere ${isMarked ? "font-medium text-attention" : ""}`}>
        {isMarked ? signed(decimal) : figure(decimal)} {unit}
      </dd>
    </div>
  );
}
