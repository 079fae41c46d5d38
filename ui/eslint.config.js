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
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: features.filter((other) => other !== feature).map((other) => `**/features/${other}/*`) },
      ],
    },
  })),
);
