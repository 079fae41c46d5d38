import { unitOf } from "../../api/units";
import { useLeverage } from "../../api/leverages";
import type { Account, Instrument } from "../../api/types";
import { Field } from "../../design/controls";
import { Explained } from "../../design/explained";
import { figure } from "../../design/figures";
import { useBalancesShown } from "./book-at";
import { asTyped } from "../../design/typing";
import { type Draft, lifetimesOf, type TimeInForce } from "./draft";
import { lifetimes } from "./order-words";
import { paidWith, sizeFor } from "./sizing";
import { KindChoice } from "./ticket-choices";
import {
  canBracket,
  canReduce,
  isBracket,
  isPair,
  withPair,
  withPriceField,
  withStopField,
} from "./ticket-order";
import { type FieldName, type Market, type Problems } from "./ticket-problems";

/** What the parts of the ticket are told. */
interface Parts {
  draft: Draft;
  instrument: Instrument;
  market: Market;
  problems: Problems;
  /** Whether the order was tried to be sent: from then on empty fields are named, too. */
  hasTried: boolean;
  change: (changes: Partial<Draft>) => void;
}

/** A figure of the order: what is wrong with it stands below it, with what would do instead. */
function Amount({
  name,
  label,
  unit,
  draft,
  problems,
  hasTried,
  change,
}: Parts & { name: FieldName; label: string; unit: string }) {
  const problem = draft[name] || hasTried ? problems[name] : undefined;
  const fix = problem?.fix;
  return (
    <div>
      <Field
        label={label}
        unit={unit}
        name={name}
        problem={problem && !problem.isAdvice ? problem.words : undefined}
        value={draft[name]}
        onChange={(event) => {
          change({ [name]: event.target.value });
        }}
        inputMode="decimal"
        autoComplete="off"
      />
      {problem?.isAdvice && (
        <p role="status" className="mt-1 text-xs text-attention">
          {problem.words}
        </p>
      )}
      {fix && (
        <button
          type="button"
          onClick={() => {
            change({ [name]: asTyped(fix) });
          }}
          className="cursor-pointer py-0.5 text-xs text-accent hover:underline touch:min-h-10"
        >
          Use {figure(fix)}
        </button>
      )}
    </div>
  );
}

/** The kind of order and the prices that it turns on. */
export function Terms(parts: Parts) {
  const { draft, instrument, change } = parts;
  const unit = instrument.quote_asset;
  return (
    <>
      <KindChoice kind={draft.kind} change={change} />
      {withStopField.has(draft.kind) && (
        <Amount {...parts} name="stopPrice" label="Trigger price" unit={unit} />
      )}
      {withPriceField.has(draft.kind) && (
        <Amount
          {...parts}
          name="price"
          label={draft.kind === "take_profit" ? "Limit price, if any" : "Price"}
          unit={unit}
        />
      )}
      {draft.kind === "trailing_stop" && (
        <div className="grid grid-cols-[1fr_auto] items-start gap-2">
          <Amount
            {...parts}
            name="trailingOffset"
            label="Follows at"
            unit={draft.trailingOffsetType === "percent" ? "%" : unit}
          />
          <label className="space-y-1">
            <span className="block text-xs text-muted">Measured</span>
            <select
              value={draft.trailingOffsetType}
              onChange={(event) => {
                change({ trailingOffsetType: event.target.value as Draft["trailingOffsetType"] });
              }}
              className={select}
            >
              <option value="percent">in %</option>
              <option value="price">in {unit}</option>
            </select>
          </label>
        </div>
      )}
    </>
  );
}

const select = "h-9 w-full rounded-control border border-line bg-ground px-2 touch:h-11";
const shares = { "25": "0.25", "50": "0.5", "75": "0.75", "100": "1" };

/** What the order is paid with, and how much of that is available; undefined before that is known. */
export function useAvailable(
  account: Account,
  draft: Pick<Draft, "side">,
  instrument: Instrument,
): { asset: string; available: string | undefined } {
  const asset = paidWith(draft.side, instrument);
  const balances = useBalancesShown(account.account_id).rows;
  // What the account has none of has no balance; before the balances have come nothing is known.
  const available = balances && (balances.find((balance) => balance.asset === asset)?.available ?? "0");
  return { asset, available };
}

/** How much of what the order is paid with there is. */
export function Available({
  account,
  draft,
  instrument,
}: Pick<Parts, "draft" | "instrument"> & { account: Account }) {
  const { asset, available } = useAvailable(account, draft, instrument);
  return (
    <p className="flex justify-between text-xs text-muted">
      <span>Available</span>
      {available === undefined ? (
        <span aria-busy className="skeleton h-4 w-28 rounded-control bg-raised" />
      ) : (
        <Explained of={`balance:${account.account_id}:${asset}:available`}>
          <span className="tabular-nums text-text">
            {figure(available)} {asset}
          </span>
        </Explained>
      )}
    </p>
  );
}

/** How much, also as a share of what is available. */
export function Sizes({ account, ...parts }: Parts & { account: Account }) {
  const { draft, instrument, market, change } = parts;
  const { asset, available } = useAvailable(account, draft, instrument);
  const leverage = useLeverage(account.account_id, instrument.instrument_id, draft.isContract);
  const sized = (share: string) =>
    available === undefined
      ? null
      : sizeFor(draft, instrument, market, {
          available,
          share,
          collar: account.limits.price_collar,
          leverage,
        });
  return (
    <div className="space-y-1.5">
      <Amount
        {...parts}
        name="quantity"
        label="Quantity"
        unit={draft.isInQuote ? instrument.quote_asset : unitOf(instrument)}
      />
      {draft.kind === "market" && !draft.isContract && (
        <Check
          label={`Size it in ${instrument.quote_asset}`}
          isChecked={draft.isInQuote}
          onChange={(isInQuote) => {
            change({ isInQuote });
          }}
        />
      )}
      <div className="grid grid-cols-4 gap-1" role="group" aria-label={`Share of the available ${asset}`}>
        {Object.entries(shares).map(([percent, share]) => (
          <button
            key={percent}
            type="button"
            disabled={!sized(share)}
            onClick={() => {
              const quantity = sized(share);
              if (quantity) change({ quantity: asTyped(quantity) });
            }}
            className="h-7 cursor-pointer rounded-control border border-line text-xs text-muted tabular-nums enabled:hover:border-muted enabled:hover:text-text disabled:opacity-50 touch:h-10"
          >
            {percent}&thinsp;%
          </button>
        ))}
      </div>
    </div>
  );
}

/** How long it works, and on which conditions. */
export function Lifetime(parts: Parts) {
  const { draft, problems, hasTried, change } = parts;
  const canPost = draft.kind === "limit" && !["ioc", "fok"].includes(draft.timeInForce);
  return (
    <div className="space-y-1.5">
      <label className="grid grid-cols-[auto_1fr] items-center gap-3">
        <span className="text-xs text-muted">Works</span>
        <select
          value={draft.timeInForce}
          onChange={(event) => {
            change({ timeInForce: event.target.value as TimeInForce });
          }}
          className={select}
        >
          {lifetimesOf(draft.kind).map((each) => (
            <option key={each} value={each}>
              {draft.kind === "market" && each === "gtc" ? "As the market takes it" : lifetimes[each]}
            </option>
          ))}
        </select>
      </label>
      {draft.timeInForce === "gtd" && (
        <Field
          label="Until (UTC)"
          type="datetime-local"
          value={draft.expiresAt}
          problem={draft.expiresAt || hasTried ? problems.expiresAt?.words : undefined}
          onChange={(event) => {
            change({ expiresAt: event.target.value });
          }}
        />
      )}
      {(canPost || canReduce(draft)) && (
        <div className="flex flex-wrap gap-x-4">
          {canPost && (
            <Check
              label="Post only"
              hint="Only as a maker: it is refused where it would trade at once."
              isChecked={draft.isPostOnly}
              onChange={(isPostOnly) => {
                change({ isPostOnly });
              }}
            />
          )}
          {canReduce(draft) && (
            <Check
              label="Reduce only"
              hint={draft.isContract ? "It never goes beyond flat." : "It never sells more than there is."}
              isChecked={draft.isReduceOnly}
              onChange={(isReduceOnly) => {
                change({ isReduceOnly });
              }}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** What else goes along: exits of a buy (bracket), or a stop as the other of a pair (OCO). */
export function Exits(parts: Parts) {
  const { draft, instrument, change } = parts;
  const unit = instrument.quote_asset;
  const canPair = withPair.has(draft.kind) && !isBracket(draft);
  return (
    <div className="space-y-1.5">
      {canBracket(draft) && (
        <Check
          label="Take profit and stop loss"
          hint="A bracket: exits are placed as it fills, and one cancels the other."
          isChecked={draft.isBracket}
          onChange={(wanted) => {
            change({ isBracket: wanted });
          }}
        />
      )}
      {isBracket(draft) && (
        <div className="grid grid-cols-2 items-start gap-2">
          <Amount {...parts} name="takeProfit" label="Take profit at" unit={unit} />
          <Amount {...parts} name="takeProfitLimit" label="Its limit, if any" unit={unit} />
          <Amount {...parts} name="stopLoss" label="Stop loss at" unit={unit} />
          <Amount {...parts} name="stopLossLimit" label="Its limit, if any" unit={unit} />
        </div>
      )}
      {canPair && (
        <Check
          label="One cancels the other"
          hint="OCO: a stop of the same size goes along; what trades first ends the other."
          isChecked={draft.isPair}
          onChange={(wanted) => {
            change({ isPair: wanted });
          }}
        />
      )}
      {isPair(draft) && (
        <div className="grid grid-cols-2 items-start gap-2">
          <Amount {...parts} name="pairStop" label="Stop at" unit={unit} />
          <Amount {...parts} name="pairLimit" label="Its limit, if any" unit={unit} />
        </div>
      )}
    </div>
  );
}

function Check({
  label,
  hint,
  isChecked,
  onChange,
}: {
  label: string;
  hint?: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}) {
  return (
    <label title={hint} className="flex min-h-7 cursor-pointer items-center gap-2 text-sm touch:min-h-10">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="size-4 cursor-pointer accent-accent"
      />
      {label}
    </label>
  );
}
