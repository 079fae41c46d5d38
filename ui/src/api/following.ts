/** Of a burst of changes the last one counts. */
export const settleMs = 400;
/** However much changes, so much time lies between the end of a run and the next one. */
export const pauseMs = 2_000;

/**
 * Follows changes with a `run` that takes its time. A change never puts off a run that is due, so that what never
 * stops changing is followed too; one that comes while a run is under way brings another after it.
 */
export class Following {
  private readonly run: () => Promise<unknown>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;
  private changes = 0;
  private isOver = false;
  private endedAt = -Infinity;

  constructor(run: () => Promise<unknown>) {
    this.run = run;
  }

  readonly changed = (): void => {
    this.isOver = false;
    this.changes += 1;
    if (!this.isRunning) this.due();
  };

  readonly stop = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isOver = true;
  };

  private due(): void {
    const waitMs = Math.max(settleMs, this.endedAt + pauseMs - Date.now());
    this.timer ??= setTimeout(() => void this.begin(), waitMs);
  }

  private async begin(): Promise<void> {
    this.timer = undefined;
    this.isRunning = true;
    const followed = this.changes;
    // A run that fails is told by whatever it runs; the next change is followed all the same.
    await this.run().catch(() => undefined);
    this.isRunning = false;
    this.endedAt = Date.now();
    if (this.changes > followed && !this.isOver) this.due();
  }
}
