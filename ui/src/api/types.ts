import type { components } from "./generated/schema";

type Schemas = components["schemas"];

export type Balance = Schemas["Balance"];
export type Instrument = Schemas["Instrument"];
export type PastCandles = Schemas["PastCandles"];
export type Order = Schemas["Order"];
export type Quote = Schemas["Quote"];
export type JournalEvent = Schemas["JournalEvent"];
export type Account = Schemas["Account"];
export type Fill = Schemas["Fill"];
export type EarlierFill = Schemas["EarlierFill"];
export type Candle = Schemas["Candle"];
export type Interval = Schemas["Interval"];
export type Depth = Schemas["Depth"];
export type Trade = Schemas["Trade"];
export type Position = Schemas["Position"];
export type Contract = Schemas["Contract"];
export type Leverage = Schemas["Leverage"];
