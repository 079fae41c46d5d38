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
