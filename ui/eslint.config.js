import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const features = [
  "session",
  "market",
  "trading",
  "overview",
  "journal",
  "explain",
  "risk",
  "settings",
  "welcome",
];

/** Imports of another feature, however written: "../market/ladder", "../../features/market/ladder". */
function importsOfAnother(feature) {
  const others = features.filter((other) => other !== feature).join("|");
  const regex = `^(\\.\\.?/)+(src/)?(features/)?(${others})(/|$)`;
  const message =
    "Features meet in pages, never in each other; what both need lives in api/, state/ or design/.";
  return {
    "no-restricted-imports": ["error", { patterns: [{ regex, message }] }],
    "no-restricted-syntax": [
      "error",
      { selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\/")}/]`, message },
    ],
  };
}

export default tseslint.config(
  { ignores: ["node_modules", "src/api/generated", "*.js"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  reactHooks.configs.flat.recommended,
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  // A feature owns its components and queries; features meet in pages, never in each other.
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: importsOfAnother(feature),
  })),
);
