import { type SubmitEvent, useState } from "react";

import { unpaidText, useOpening } from "../../api/opening";
import { AssetField } from "../../design/asset-field";
import { assetProblem } from "../../design/assets";
import { Button, Field, Problem, Segments } from "../../design/controls";
import { figure } from "../../design/figures";
import { typedDecimal, unclear } from "../../design/typing";
import { usePreferences } from "../../state/preferences";

const presets = {
  default: () => `Positions up to ${figure("50000")}, a day's loss up to 5 %, drawdown up to 20 %.`,
  careful: () => `Orders and positions up to ${figure("1000")}, prices at most 1 % off, the same losses.`,
} as const;
type Preset = keyof typeof presets;

/** A paper account: its name, what it counts in, its starting money and the limits it begins with. */
export function OpenAccount({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState("Main");
  const [asset, setAsset] = useState("USDT");
  const [typed, setTyped] = useState("100000");
  const [preset, setPreset] = useState<Preset>("default");
  const prefer = usePreferences((preferences) => preferences.prefer);
  const amount = typedDecimal(typed);
  const open = useOpening({
    onDone: (accountId) => {
      prefer({ accountId });
      onDone();
    },
  });
  const problem =
    typed.trim() && amount === null
      ? (unclear(typed) ?? "Write an amount such as 100000, or leave it empty.")
      : undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!problem && !assetProblem(asset))
      open.mutate({ name: name.trim(), baseAsset: asset, preset, amount: amount ?? "" });
  };
  const isFixed = open.isOpen;
  return (
    <form onSubmit={submit} className="space-y-4">
      <Field
        label="Name"
        value={name}
        required
        maxLength={64}
        autoFocus
        disabled={isFixed}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <div className="grid grid-cols-2 gap-3">
        <AssetField label="Counts in" defaultValue={asset} disabled={isFixed} onWrite={setAsset} />
        <Field
          label="Starting money"
          unit={asset}
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          problem={problem}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </div>
      <div className="space-y-1.5">
        <p className="text-xs text-muted">Risk limits to begin with</p>
        <Segments
          label="Risk limits"
          options={{ default: "Default", careful: "Careful" }}
          value={preset}
          onChoose={setPreset}
        />
        <p className="text-sm text-muted">{presets[preset]()} Every one can be changed later.</p>
      </div>
      {open.error && (
        <Problem remedy={isFixed ? `${unpaidText(open.error)}. Try again.` : undefined}>
          {open.error.message}
        </Problem>
      )}
      <Button type="submit" className="w-full" disabled={open.isPending}>
        {open.isPending ? "Opening …" : "Open the account"}
      </Button>
    </form>
  );
}
