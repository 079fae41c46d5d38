/** A label that wants to stand at its line. */
export interface Wanting {
  id: string;
  /** Where its line runs, in px from the top of the room; it may be outside. */
  at: number;
  /** Somebody is at it: it is shown whatever the room. */
  isHeld: boolean;
  /** It was asked for: where there are too many, the others go first. */
  isAskedFor: boolean;
}

/** Where labels stand (their middles, in px from the top), and which there is no place for. */
export interface Places {
  placed: Map<string, number>;
  /** Of the highest price first. */
  above: string[];
  below: string[];
}

/**
 * Where labels of `height` stand that want to be centred at `wanted` (from the top down), inside `room`, without one
 * lying on another. Their order stays.
 */
export function withoutOverlap(wanted: readonly number[], height: number, room: number): number[] {
  const placed: number[] = [];
  for (const at of wanted) {
    const below = (placed.at(-1) ?? -Infinity) + height;
    placed.push(Math.max(at, below, height / 2));
  }
  let limit = room - height / 2;
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    placed[index] = Math.min(placed[index] ?? 0, limit);
    limit = (placed[index] ?? 0) - height;
  }
  return placed;
}

/**
 * Labels of `height` beside their lines, spread where lines run close together. Those of lines out of sight, and those
 * too many for the room, are gathered: a mark as high as a label tells of them at the edge, and has its own place.
 */
export function placesOf(wanting: readonly Wanting[], height: number, room: number): Places {
  const sorted = wanting.toSorted((a, b) => a.at - b.at);
  const gathered = new Set(
    sorted.filter(({ at, isHeld }) => !isHeld && (at < 0 || at > room)).map(({ id }) => id),
  );
  // The further from the middle, the sooner a label goes where there are too many.
  const leaving = sorted
    .filter(({ id, isHeld }) => !isHeld && !gathered.has(id))
    .sort(
      (a, b) =>
        Number(a.isAskedFor) - Number(b.isAskedFor) || Math.abs(b.at - room / 2) - Math.abs(a.at - room / 2),
    );
  const marks = () => {
    const sides = sorted.filter(({ id }) => gathered.has(id)).map(({ at }) => at < room / 2);
    return { top: sides.includes(true) ? height : 0, bottom: sides.includes(false) ? height : 0 };
  };
  const fits = () => {
    const { top, bottom } = marks();
    return (sorted.length - gathered.size) * height <= room - top - bottom;
  };
  for (const { id } of leaving) {
    if (fits()) break;
    gathered.add(id);
  }
  const { top, bottom } = marks();
  const shown = sorted.filter(({ id }) => !gathered.has(id));
  const places = withoutOverlap(
    shown.map(({ at }) => at - top),
    height,
    room - top - bottom,
  );
  const away = sorted.filter(({ id }) => gathered.has(id));
  return {
    placed: new Map(shown.map(({ id }, index) => [id, (places[index] ?? 0) + top])),
    above: away.filter(({ at }) => at < room / 2).map(({ id }) => id),
    below: away.filter(({ at }) => at >= room / 2).map(({ id }) => id),
  };
}

/** How labels are written, and what the newest candles leave free for them. */
export interface LabelRoom {
  /** Shortened to tags, which open when somebody is at them. */
  areTags: boolean;
  /** Of a tag, in px. */
  tagPxMax: number;
  /** Widest of what is written, in px. */
  widestPx: number;
}

/** Labels take this part of the chart at most; wider ones are shortened. */
const labelShareMax = 0.3;
const tagShareMax = 0.2;
const [tagPxLeast, tagPxMost] = [44, 72];
/** A character, and what is around the words: an estimate, as labels in sight are shortened or not by it. */
const [characterPx, aroundLabelPx, aroundTagPx] = [6, 34, 14];

/** How labels are written on a chart of this width, in px, so that they hide no candles. */
export function labelRoom(lines: readonly { label: string; tag: string }[], width: number): LabelRoom {
  const tagPxMax = Math.round(Math.max(tagPxLeast, Math.min(tagPxMost, width * tagShareMax)));
  const longest = (words: readonly string[]) => Math.max(0, ...words.map((each) => each.length));
  if (!lines.length) return { areTags: false, tagPxMax, widestPx: 0 };
  const labelPx = longest(lines.map(({ label }) => label)) * characterPx + aroundLabelPx;
  if (labelPx <= width * labelShareMax) return { areTags: false, tagPxMax, widestPx: labelPx };
  const tagPx = longest(lines.map(({ tag }) => tag)) * characterPx + aroundTagPx;
  return { areTags: true, tagPxMax, widestPx: Math.min(tagPxMax, tagPx) };
}

/** How a label that was pushed aside is tied to its line: a stroke across `width` px, from the label's middle. */
export function leader(labelAt: number, lineAt: number, width: number): string {
  if (Math.abs(labelAt - lineAt) < 1.5) return "";
  const knee = width / 4;
  return `M0 ${labelAt.toFixed(1)}H${knee}L${width - knee} ${lineAt.toFixed(1)}H${width}`;
}
