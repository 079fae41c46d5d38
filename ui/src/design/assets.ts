/** What keeps a text from being the name of an asset, in words; undefined: nothing. The server takes no other. */
export function assetProblem(asset: string): string | undefined {
  if (asset.length > 16) return "16 letters and digits at most, such as USDT.";
  return /^[A-Z0-9]*$/.test(asset) ? undefined : "Letters and digits only, such as USDT.";
}
