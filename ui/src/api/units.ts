import type { Instrument } from "./types";

/** What quantities of an instrument are counted in. */
export function unitOf({ contract, base_asset }: Pick<Instrument, "contract" | "base_asset">): string {
  return contract?.inverse_size ? "contracts" : base_asset;
}
