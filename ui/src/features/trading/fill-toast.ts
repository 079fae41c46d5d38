import { retell, tell, type Toast } from "../../state/toasts";

type Told = Omit<Toast, "id">;

const namedMax = 3;
/** What the card says that is shown, or was shown last. */
let card: { id: number; fills: Told[] } | null = null;

/** Tell that an order filled. While the card of one before is shown it says both: a robot's fills take one card. */
export function tellFill(fill: Told): void {
  const fills = [...(card?.fills ?? []), fill];
  if (card && retell(card.id, together(fills))) card.fills = fills;
  else card = { id: tell(fill), fills: [fill] };
}

/** Several fills in the words of one: how many, and which came last. */
export function together(fills: readonly Told[]): Told {
  const named = fills.slice(-namedMax).map(({ title }) => title);
  const more = fills.length - named.length;
  return {
    title: `${fills.length} orders filled`,
    detail: named.toReversed().join(", ") + (more ? ` and ${more} more` : ""),
    tone: "quiet",
    path: "/journal?type=trading.OrderFilled",
    pathText: "Show the fills",
  };
}
