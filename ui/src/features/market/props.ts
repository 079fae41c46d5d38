import type { MovablePrice } from "../../api/changeable";
import type { Fill, Instrument, Order } from "../../api/types";

/** What can be traded, with its prices; `chosen` is the id of the one that the page is about. */
export interface WatchlistProps {
  chosen: string;
  onChoose: (instrumentId: string) => void;
}

/** Something that can be done at a price of the chart. */
export interface ChartChoice {
  id: string;
  title: string;
  /** Which way it trades at first. */
  side: Order["side"];
  run: () => void;
}

/** Candles of one instrument, with what the account has in its market. */
export interface PriceChartProps {
  instrument: Instrument;
  /** Orders of the account; those that are not open or of another instrument are left out here. */
  orders: readonly Order[];
  /** Fills of the account; those of other instruments are left out here. */
  fills: readonly Fill[];
  /**
   * Somebody has moved a line to `price`, a multiple of the tick. A promise keeps the line there until it settles;
   * without one it stays until the order changes, and goes back after a few seconds when it does not. Undefined where
   * one may not: then nothing looks as if it could be moved.
   */
  onMove: ((order: Order, field: MovablePrice, price: string) => unknown) | undefined;
  /** Somebody has pointed at a price, a multiple of the tick. */
  onPick: (price: string) => void;
  /** What can be done at a price, a multiple of the tick, while the market is there; undefined where nothing can. */
  choicesAt: ((price: string, market: string) => ChartChoice[]) | undefined;
}

/** The book of one instrument as a ladder and as a chart. */
export interface LadderProps {
  instrument: Instrument;
  /** Somebody has chosen the price of a level. */
  onPick: (price: string) => void;
}

/** Time and sales of one instrument. */
export interface TapeProps {
  instrument: Instrument;
}
