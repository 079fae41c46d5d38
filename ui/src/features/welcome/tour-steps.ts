export interface Step {
  title: string;
  text: string;
  /** What is shown: the first of these that is in sight. */
  targets: string[];
}

/** Five things to know. Each is found on whatever page one is on. */
export const steps: Step[] = [
  {
    title: "The rooms",
    text: "Overview for the calm look, Trade for the desk, Risk, the Journal and Settings. Press g and a letter to go there: g t is Trade.",
    targets: ['nav[aria-label="Rooms"] ul'],
  },
  {
    title: "Search or do",
    text: "Ctrl K goes anywhere and does anything: rooms, instruments, accounts, themes. Press ? for every key.",
    targets: ["[data-tour=search]", "header button:has(kbd)", "header"],
  },
  {
    title: "The ticket",
    text: "Every order begins in Trade. Before you send it, the ticket says what risk would answer, what it costs and what is left.",
    targets: ["[data-tour=ticket]", 'nav a[href="/trade"]'],
  },
  {
    title: "The journal",
    text: "Everything that happens is an event here, chained by its hash. Any figure you click leads to the events behind it.",
    targets: ['nav a[href="/journal"]'],
  },
  {
    title: "Risk",
    text: "Your limits and how much of them is used, why orders were denied, and the red button that stops everything.",
    targets: ['nav a[href="/risk"]'],
  },
];

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const gap = 14;

/** Where the card stands: beside what is shown where there is room for it, else below or above it, always in sight. */
export function cardPlace(
  target: Box,
  card: { width: number; height: number },
  page: { width: number; height: number },
) {
  const clamp = (value: number, most: number) => Math.max(gap, Math.min(value, most - gap));
  const isBeside = target.left + target.width + gap + card.width + gap <= page.width;
  if (isBeside && target.height > target.width)
    return {
      left: target.left + target.width + gap,
      top: clamp(target.top, page.height - card.height),
    };
  const below = target.top + target.height + gap;
  const isBelow = below + card.height + gap <= page.height;
  return {
    left: clamp(target.left, page.width - card.width),
    top: isBelow ? below : clamp(target.top - gap - card.height, page.height - card.height),
  };
}
