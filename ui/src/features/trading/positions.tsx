import { positionKey } from "../../api/book";
import { useMay } from "../../api/me";
import { useQuote } from "../../api/quotes";
import type { Instrument, Position } from "../../api/types";
import { type ContractValue, decimalsShown, useValuation } from "../../api/worth";
import { Button } from "../../design/controls";
import { rounded, writtenDecimals } from "../../design/decimals";
import { Explained } from "../../design/explained";
import { Aligned, longest } from "../../design/figure";
import { figure, signed, signedPercent } from "../../design/figures";
import { Empty } from "../../design/panel";
import { type Column, SaveAsCsv, Table } from "../../design/table";
import { usePositionsShown } from "./book-at";
import { none, Price, streamPath, ToJournal } from "./cells";
import { useFlattening } from "./flattening";
import type { Instruments } from "./order-columns";
import { isFlat, markOf, unrealised } from "./profit";
import { Rows } from "./rows";
import { Tools } from "./tools";

/** Money won or lost: with its sign, and in the colour of it. */
function Result({ pnl, asset }: { pnl: string; asset: string }) {
  const decimals = decimalsShown(asset);
  const shown = rounded(pnl, decimals);
  const tone = shown.startsWith("-") ? "text-loss" : /[1-9]/.test(shown) ? "text-gain" : "text-muted";
  return (
    <span title={pnl} className={tone}>
      {signed(shown, decimals)}
    </span>
  );
}

function Cost({ cost, asset }: { cost: string; asset: string }) {
  const decimals = decimalsShown(asset);
  return <span title={cost}>{figure(rounded(cost, decimals), decimals)}</span>;
}

/** How `/v1/explain` calls a figure of a position. */
function nameOf(position: Position, figure: string): string {
  return `position:${position.account_id}:${positionKey(position)}:${figure}`;
}

function Mark({ position, instrument }: { position: Position; instrument: Instrument }) {
  const { quote, isStale } = useQuote(instrument.instrument_id);
  const mark = quote && markOf(quote);
  if (!mark) return none;
  return (
    <span className={isStale ? "text-muted" : ""} title={isStale ? "Stale" : "The middle of bid and ask"}>
      <Explained of={nameOf(position, "mark_price")}>
        <Price price={mark} instrument={instrument} />
      </Explained>
    </span>
  );
}

function Unrealised({
  position,
  asset,
  instrument,
}: {
  position: Position;
  asset: string;
  instrument: Instrument | undefined;
}) {
  const { quote, isStale } = useQuote(position.instrument);
  const mark = quote && markOf(quote);
  if (!mark || isFlat(position)) return none;
  const { pnl, share } = unrealised(position, mark, instrument?.contract);
  return (
    <span className={isStale ? "opacity-60" : ""}>
      <Explained of={nameOf(position, "unrealised_pnl")}>
        <Result pnl={pnl} asset={asset} />
        {share && <span className="ml-1.5 text-xs text-muted max-sm:hidden">({signedPercent(share)})</span>}
      </Explained>
    </span>
  );
}

/** Which way a contract is held: a quantity below zero is easily overlooked. */
function Way({ position }: { position: Position }) {
  if (!position.settle_asset || isFlat(position)) return null;
  const isLong = !position.quantity.startsWith("-");
  return (
    <span className={`ml-2 text-xs font-normal ${isLong ? "text-gain" : "text-loss"}`}>
      {isLong ? "Long" : "Short"}
    </span>
  );
}

/** What only contracts have. */
function marginColumns(
  assetOf: (position: Position) => string,
  of: (position: Position) => Instrument | undefined,
  marked: Map<string, ContractValue>,
): Column<Position>[] {
  const liquidationOf = (position: Position) => marked.get(positionKey(position))?.liquidation_price ?? null;
  return [
    {
      title: "Liquidation",
      figure: true,
      cell: (position) => {
        const price = liquidationOf(position);
        const instrument = of(position);
        if (price === null || isFlat(position)) return none;
        return (
          <Explained of={nameOf(position, "liquidation_price")}>
            <Price
              price={instrument ? rounded(price, writtenDecimals(instrument.tick_size)) : price}
              instrument={instrument}
            />
          </Explained>
        );
      },
      text: (position) => liquidationOf(position) ?? "",
    },
    {
      title: "Margin",
      figure: true,
      wide: true,
      cell: (position) =>
        position.margin === null || isFlat(position) ? (
          none
        ) : (
          <Explained of={nameOf(position, "margin")}>
            <Cost cost={position.margin} asset={assetOf(position)} />
          </Explained>
        ),
      text: (position) => position.margin ?? "",
    },
  ];
}

function positionColumns(
  positions: Position[],
  instruments: Instruments,
  isPast: boolean,
  marked: Map<string, ContractValue>,
): Column<Position>[] {
  const of = (position: Position) => instruments.get(position.instrument);
  /** What its money is in. */
  const assetOf = (position: Position) => position.settle_asset ?? of(position)?.quote_asset ?? "";
  const decimals = longest(positions.map((position) => position.quantity));
  return [
    {
      title: "Instrument",
      cell: (position) => (
        <span className="font-medium">
          {of(position)?.symbol ?? position.instrument}
          <Way position={position} />
        </span>
      ),
      text: positionKey,
    },
    {
      title: "Quantity",
      figure: true,
      cell: (position) => (
        <Explained of={nameOf(position, "quantity")}>
          <Aligned decimal={position.quantity} decimals={decimals} />
        </Explained>
      ),
      text: (position) => position.quantity,
    },
    {
      title: "Average",
      figure: true,
      wide: true,
      cell: (position) =>
        position.average_entry_price ? (
          <Explained of={nameOf(position, "average_entry_price")}>
            <Price price={position.average_entry_price} instrument={of(position)} />
          </Explained>
        ) : (
          none
        ),
      text: (position) => position.average_entry_price ?? "",
    },
    {
      title: "Cost",
      figure: true,
      wide: true,
      cell: (position) =>
        isFlat(position) ? (
          none
        ) : (
          <Explained of={nameOf(position, "cost")}>
            <Cost cost={position.cost} asset={assetOf(position)} />
          </Explained>
        ),
      text: (position) => position.cost,
    },
    {
      title: "Mark",
      figure: true,
      wide: true,
      cell: (position) => {
        const instrument = of(position);
        return instrument && !isPast ? <Mark position={position} instrument={instrument} /> : none;
      },
    },
    {
      title: "Unrealised",
      figure: true,
      cell: (position) =>
        isPast ? (
          none
        ) : (
          <Unrealised position={position} asset={assetOf(position)} instrument={of(position)} />
        ),
    },
    {
      title: "Realised",
      figure: true,
      wide: true,
      cell: (position) => (
        <Explained of={nameOf(position, "realised_pnl")}>
          <Result pnl={position.realised_pnl} asset={assetOf(position)} />
        </Explained>
      ),
      text: (position) => position.realised_pnl,
    },
    ...(positions.some((position) => position.margin !== null) ? marginColumns(assetOf, of, marked) : []),
    {
      title: "In",
      wide: true,
      cell: (position) => <span className="text-muted">{assetOf(position)}</span>,
      text: assetOf,
    },
  ];
}

/** What the account has traded into: its cost, what it is worth now, and what was won or lost with it. */
export function Positions({ accountId, instruments }: { accountId: string; instruments: Instruments }) {
  const shown = usePositionsShown(accountId);
  const may = useMay("trade") && !shown.isPast;
  // What is open before what is over.
  const rows = shown.rows?.toSorted((a, b) => Number(isFlat(a)) - Number(isFlat(b)));
  const hasContracts = rows?.some((position) => position.settle_asset !== null && !isFlat(position)) ?? false;
  const valuation = useValuation(accountId, hasContracts);
  const marked = new Map(valuation?.contracts.map((each) => [positionKey(each), each]));
  const columns: Column<Position>[] = [
    ...positionColumns(rows ?? [], instruments, shown.isPast, marked),
    {
      title: "",
      cell: (position) => (
        <span className="flex items-center justify-end gap-1">
          {may && !isFlat(position) && (
            <Button
              tone="quiet"
              size="small"
              onClick={() => {
                useFlattening.setState({ position: positionKey(position) });
              }}
            >
              Close
            </Button>
          )}
          <span className="max-sm:hidden">
            <ToJournal path={streamPath(accountId)} label="Show its events in the journal" />
          </span>
        </span>
      ),
    },
  ];
  return (
    <Rows {...shown} rows={rows}>
      {(positions) =>
        positions.length ? (
          <>
            <Tools>
              <SaveAsCsv name="positions" columns={columns} rows={() => positions} />
            </Tools>
            <Table
              caption="Positions"
              columns={columns}
              rows={positions}
              rowKey={positionKey}
              rowClass={(position) => (isFlat(position) ? "text-muted" : "")}
            />
          </>
        ) : (
          <Empty title="No positions yet">They come from fills, and from nothing else.</Empty>
        )
      }
    </Rows>
  );
}
