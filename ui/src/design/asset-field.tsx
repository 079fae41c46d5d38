import { type ComponentProps, useState } from "react";

import { assetProblem } from "./assets";
import { Field } from "./controls";

/** A field for the name of an asset: written in capitals as the market does, and told at once what it cannot be. */
export function AssetField({
  defaultValue,
  problem,
  onWrite,
  ...rest
}: Omit<ComponentProps<typeof Field>, "value" | "onChange" | "defaultValue"> & {
  defaultValue: string;
  onWrite?: (asset: string) => void;
}) {
  const [asset, setAsset] = useState(defaultValue);
  return (
    <Field
      {...rest}
      value={asset}
      required
      autoComplete="off"
      problem={assetProblem(asset) ?? problem}
      onChange={(event) => {
        const written = event.target.value.toUpperCase().trim();
        setAsset(written);
        onWrite?.(written);
      }}
    />
  );
}
