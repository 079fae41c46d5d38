import { ShieldAlert, ShieldCheck, ShieldX } from "lucide-react";

import { useAccount } from "../../api/accounts";
import { denialText, denialTitle, limitTitle } from "../../api/denials";
import type { Instrument } from "../../api/types";
import { Problem } from "../../design/controls";
import { compared, rounded } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { figure, percent } from "../../design/figures";
import { type Preview, toldOf } from "./preview";
import { paidWith } from "./sizing";
import type { TicketOrder } from "./ticket-order";

const shownDecimals = 8;
const nearlyUsed = "0.8";
/** Limits that are used less than this are not worth the room. */
const hardlyUsed = "0.05";

const amount = (decimal: string, asset: string) => `${figure(rounded(decimal, shownDecimals))} ${asset}`;

interface Pair {
  preview: Preview | undefined;
  isCurrent: boolean;
}

/** What placing the order would answer, what it would hold and cost, and how much of each limit it would use. */
export function RiskAnswer({
  preview,
  error,
  isCurrent,
  retry,
  order,
  instrument,
  pair = null,
  concerns = [],
}: {
  preview: Preview | undefined;
  error: Error | null;
  isCurrent: boolean;
  retry: () => unknown;
  order: TicketOrder | null;
  instrument: Instrument;
  /** The answer about the other of the pair, where there is one. */
  pair?: Pair | null;
  /** What would be sent all the same and is hardly meant. */
  concerns?: readonly string[];
}) {
  if (!order) return <p className="text-xs text-muted">What the order would hold and cost is told here.</p>;
  if (error)
    return (
      <Problem title="What it would mean is not known">
        {error.message}{" "}
        <button
          type="button"
          className="cursor-pointer text-accent hover:underline"
          onClick={() => void retry()}
        >
          Ask again
        </button>
      </Problem>
    );
  if (!preview) return <div aria-busy className="skeleton h-16 rounded-control bg-raised" />;
  const isOld = !isCurrent || pair?.isCurrent === false;
  return (
    <section
      aria-label="Risk answer"
      aria-live="polite"
      aria-busy={isOld}
      className={`space-y-2 text-xs ${isOld ? "opacity-60" : ""}`}
    >
      <Verdict preview={preview} pair={pair} concerns={concerns} symbol={instrument.symbol} />
      <Effects preview={preview} order={order} instrument={instrument} />
      <Limits preview={preview} />
    </section>
  );
}

/** Says that all is well only where it is with every leg; else which one it is not with. */
function Verdict({
  preview,
  pair,
  concerns,
  symbol,
}: {
  preview: Preview;
  pair: Pair | null;
  concerns: readonly string[];
  symbol: string;
}) {
  if (preview.verdict === "denied")
    return <Denied preview={preview} symbol={symbol} what="Would be denied" />;
  const other = pair?.preview;
  if (other?.verdict === "denied")
    return <Denied preview={other} symbol={symbol} what="The stop of the pair would be denied" />;
  if (concerns.length)
    return (
      <p className="flex gap-1.5 text-attention">
        <ShieldAlert aria-hidden className="mt-px size-3.5 shrink-0" />
        <span>It would be taken, but look again. {concerns.join(" ")}</span>
      </p>
    );
  const whose = pair && (other ? " (each of the pair)" : " (the first of the pair)");
  return (
    <p className="flex gap-1.5">
      <ShieldCheck aria-hidden className="mt-px size-3.5 shrink-0 text-accent" />
      <span>
        Passes every check{whose}.{preview.detail && <span className="text-muted"> {preview.detail}</span>}
      </span>
    </p>
  );
}

function Denied({ preview, symbol, what }: { preview: Preview; symbol: string; what: string }) {
  const baseAsset = useAccount()?.base_asset;
  return (
    <p className="flex gap-1.5 text-attention">
      <ShieldX aria-hidden className="mt-px size-3.5 shrink-0" />
      <span>
        {what}: {denialText(preview, { symbol, baseAsset })}{" "}
        <span className="text-muted">({denialTitle(preview)})</span>
      </span>
    </p>
  );
}

function Effects({
  preview,
  order,
  instrument,
}: {
  preview: Preview;
  order: TicketOrder;
  instrument: Instrument;
}) {
  const asset = paidWith(order.side, instrument);
  const after = preview.after.available.find((each) => each.asset === asset)?.available;
  const { notional, hold, fee } = preview;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 [&>dd]:text-right [&>dd]:tabular-nums [&>dt]:text-muted">
      {notional && (
        <>
          <dt>Worth</dt>
          <dd>
            <Explained told={toldOf(preview, "notional", "What the order is worth")}>
              {amount(notional, instrument.quote_asset)}
            </Explained>
          </dd>
        </>
      )}
      {hold && (
        <>
          <dt>Sets aside</dt>
          <dd>
            <Explained told={toldOf(preview, "hold", "What the order sets aside")}>
              {amount(hold.amount, hold.asset)}
            </Explained>
          </dd>
        </>
      )}
      {fee && (
        <>
          {/* Not at most: at a worse price a market order costs more, and so does a sale at a better one. */}
          <dt>Fee, about ({percent(fee.rate)})</dt>
          <dd>
            <Explained told={toldOf(preview, "fee", "What the order costs, about")}>
              {amount(fee.amount, fee.asset)}
            </Explained>
          </dd>
        </>
      )}
      {after && (
        <>
          <dt>{preview.verdict === "ok" ? "Then available" : "Available"}</dt>
          <dd>
            <Explained told={toldOf(preview, `available:${asset}`, `Available of ${asset}`)}>
              {amount(after, asset)}
            </Explained>
          </dd>
        </>
      )}
    </dl>
  );
}

/** How full the limits would be; those that hardly have anything against them are left out. */
function Limits({ preview }: { preview: Preview }) {
  const used = preview.limits.filter(({ share }) => share && compared(share, hardlyUsed) >= 0);
  if (!used.length) return null;
  return (
    <ul className="space-y-1" aria-label="Limits">
      {used.map((limit) => (
        <li key={limit.name} title={`${figure(limit.used ?? "0")} of ${figure(limit.limit)} ${limit.unit}`}>
          <span className="flex justify-between gap-2 text-muted">
            {limitTitle(limit.name)}
            <span className="tabular-nums">
              <Explained
                told={toldOf(preview, `limit:${limit.name}`, `Used of the limit, ${limitTitle(limit.name)}`)}
              >
                {percent(limit.share ?? "0")}
              </Explained>
            </span>
          </span>
          <Bar share={limit.share ?? "0"} />
        </li>
      ))}
    </ul>
  );
}

function Bar({ share }: { share: string }) {
  const isNear = compared(share, nearlyUsed) >= 0;
  const full = compared(share, "1") >= 0 ? "1" : share;
  return (
    <span aria-hidden className="block h-1 overflow-hidden rounded-full bg-raised">
      <span
        className={`block h-full origin-left ${isNear ? "bg-attention" : "bg-accent"}`}
        style={{ transform: `scaleX(${full})` }}
      />
    </span>
  );
}
