/** In the order in which they are looked for: most name those that they descend from, too. */
const browsers: [RegExp, string][] = [
  [/Edg(A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|Chromium\/|CriOS\//, "Chrome"],
  [/Version\/.*Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

const found = (named: [RegExp, string][], userAgent: string) =>
  named.find(([pattern]) => pattern.test(userAgent))?.[1];

/** What somebody signed in with, "Firefox on Windows" or "curl"; empty where nothing tells. */
export function programIn(userAgent: string): string {
  const program = found(browsers, userAgent) ?? userAgent.split(/[/\s]/, 1)[0] ?? "";
  const system = found(systems, userAgent);
  return program && system ? `${program} on ${system}` : program;
}
