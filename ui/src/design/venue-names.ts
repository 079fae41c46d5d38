/** How venues write themselves, where it is not as we call them. */
const names: Record<string, string> = {
  binance: "Binance",
  "binance-usdm": "Binance USD-M futures",
  binanceus: "Binance.US",
  bitget: "Bitget",
  bybit: "Bybit",
  coinbase: "Coinbase",
  hyperliquid: "Hyperliquid",
  kraken: "Kraken",
  kucoin: "KuCoin",
  mexc: "MEXC",
  okx: "OKX",
  paper: "Paper",
};

/** A venue as a person knows it. */
export function venueName(venue: string): string {
  return names[venue] ?? venue;
}
