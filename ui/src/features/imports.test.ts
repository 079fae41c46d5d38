import { ESLint, Linter } from "eslint";
import { describe, expect, it } from "vitest";

const ruleNames = ["no-restricted-imports", "no-restricted-syntax"];

/** What the project's own configuration says of `code` as a file of the trading room. */
async function problemsIn(code: string, path = "src/features/trading/fixture.ts"): Promise<string[]> {
  const config = (await new ESLint().calculateConfigForFile(path)) as { rules: Linter.RulesRecord };
  const rules = Object.fromEntries(ruleNames.map((name) => [name, config.rules[name] ?? "off"]));
  return new Linter().verify(code, [{ rules }]).map(({ ruleId }) => ruleId ?? "it does not parse");
}

describe("a feature", () => {
  it.each([
    'import { Ladder } from "../market/ladder";',
    'export { Ladder } from "../market/ladder";',
    'import { Ladder } from "../../features/market/ladder";',
    'import { Ladder } from "./../market/ladder";',
  ])("may not import another one: %s", async (code) => {
    expect(await problemsIn(code)).toEqual(["no-restricted-imports"]);
  });

  it("may not import another one later either", async () => {
    expect(await problemsIn('export const later = import("../market/ladder");')).toEqual([
      "no-restricted-syntax",
    ]);
  });

  it("may import its own files and what is shared", async () => {
    const shared = ["./draft", "../../design/table", "../../api/session", "../../state/toasts"];
    expect(await problemsIn(shared.map((path) => `import "${path}";`).join("\n"))).toEqual([]);
    expect(await problemsIn('import "../features/market/ladder";', "src/pages/trade-page.tsx")).toEqual([]);
  });

  it("is known to the rule by its name", async () => {
    const names = new Set(Object.keys(import.meta.glob("./*/*.{ts,tsx}")).map((path) => path.split("/")[1]));
    names.delete("trading");
    expect(names.size).toBeGreaterThan(5);
    for (const name of names)
      expect(await problemsIn(`import "../${name}/part";`), name).toEqual(["no-restricted-imports"]);
  });
});
