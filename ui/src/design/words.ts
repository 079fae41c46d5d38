/** A name as it is said: "max_position_notional" → "max position notional", "OrderFilled" → "Order filled". */
export function spoken(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.trim();
}

/** What a server or a venue said, with a full stop at its end and never two. */
export function sentence(said: string): string {
  return /[.!?…]$/.test(said.trim()) ? said.trim() : `${said.trim()}.`;
}
