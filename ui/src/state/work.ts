const forgetting = new Set<() => void>();

/** `forget` empties what somebody has at work in this tab: nothing of it is for who signs in there next. */
export function keepsWork(forget: () => void): void {
  forgetting.add(forget);
}

/** Whoever worked in this tab has left it. */
export function forgetWork(): void {
  for (const forget of forgetting) forget();
}
