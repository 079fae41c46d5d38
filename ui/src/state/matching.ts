import type { Command } from "./commands";

const foundMax = 40;

/**
 * How well `words` fits what was typed, 0 for not at all: every typed word must begin a word, in any order; the
 * earlier it does, the better.
 */
export function fit(words: string, typed: string): number {
  const parts = words.toLowerCase().split(/[\s/\-:.]+/);
  let score = 1;
  for (const wanted of typed
    .toLowerCase()
    .split(/[\s/\-:.]+/)
    .filter(Boolean)) {
    const place = parts.findIndex((part) => part.startsWith(wanted));
    if (place < 0) return 0;
    score += 1 / (1 + place);
  }
  return score;
}

/** The commands that fit what was typed, the best first. */
export function found(commands: Command[], typed: string): Command[] {
  return commands
    .map((command) => ({ command, score: fit(wordsOf(command), typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, foundMax)
    .map(({ command }) => command);
}

function wordsOf({ title, also = "", group }: Command): string {
  return `${title} ${group} ${also}`;
}
