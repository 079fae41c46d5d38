import { useCallback, useEffect, useMemo } from "react";

import { type Frame, useChannel } from "./live";

/** So many messages wait at most: a tab out of sight draws no frames, and works them off when there are as many. */
export const waitingMax = 256;

const due = new Set<() => void>();
let scheduled: number | null = null;

function drawn(): void {
  scheduled = null;
  const flushes = [...due];
  due.clear();
  for (const flush of flushes) flush();
}

/** Call `flush` once, together with whatever else is due, before the next frame is drawn. */
function beforeNextFrame(flush: () => void): void {
  due.add(flush);
  scheduled ??= requestAnimationFrame(drawn);
}

/** Messages gathered until the page draws again, so that a busy market costs one pass per frame and not one each. */
export class Gathered<Item> {
  private waiting: Item[] = [];
  private readonly take: (items: Item[]) => void;

  constructor(take: (items: Item[]) => void) {
    this.take = take;
  }

  readonly add = (item: Item): void => {
    this.waiting.push(item);
    if (this.waiting.length >= waitingMax) this.flush();
    else beforeNextFrame(this.flush);
  };

  readonly drop = (): void => {
    due.delete(this.flush);
    this.waiting = [];
  };

  private readonly flush = (): void => {
    due.delete(this.flush);
    const items = this.waiting;
    this.waiting = [];
    if (items.length) this.take(items);
  };
}

/** Take the frames of `channel` that came since the page was last drawn, in their order, once per drawing. */
export function useChannelPerFrame(channel: string, take: (frames: Frame[]) => void): void {
  const gathered = useMemo(() => new Gathered(take), [take]);
  useChannel(
    channel,
    useCallback(
      (frame: Frame) => {
        gathered.add(frame);
      },
      [gathered],
    ),
  );
  useEffect(() => gathered.drop, [gathered]);
}
