/** The path of an SVG through `values`, evenly apart, from the highest at the top to the lowest at the bottom. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return "";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (index: number) => ((index / (values.length - 1)) * width).toFixed(1);
  // What did not move is a line in the middle.
  const y = (value: number) =>
    (high > low ? height * (1 - (value - low) / (high - low)) : height / 2).toFixed(1);
  return values.map((value, index) => `${index ? "L" : "M"}${x(index)} ${y(value)}`).join("");
}

/** At most `count` of the values, evenly taken, with the first and the last among them. */
export function thinned(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  return Array.from(
    { length: count },
    (_, index) => values[Math.round((index * (values.length - 1)) / (count - 1))] ?? 0,
  );
}
