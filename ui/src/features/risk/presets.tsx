import { useState } from "react";

import { limitText } from "../../api/denials";
import type { Account } from "../../api/types";
import { Button, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { tell } from "../../state/toasts";
import { differing, type Limits, limitWords, presets } from "./limit-words";
import { useSetLimits } from "./queries";

type Preset = keyof typeof presets;

/** Back to limits that are known to be sensible, after a look at what that would change. */
export function Presets({ account, limits }: { account: Account; limits: Limits }) {
  const [chosen, setChosen] = useState<Preset | null>(null);
  const change = useSetLimits(account.account_id);
  const names = chosen ? differing(limits, presets[chosen]) : [];
  const close = () => {
    setChosen(null);
    change.reset();
  };
  return (
    <div className="flex items-center gap-2">
      <span className="max-sm:sr-only">Presets</span>
      {(["default", "careful"] as const).map((preset) => (
        <Button
          key={preset}
          size="small"
          tone="quiet"
          onClick={() => {
            setChosen(preset);
          }}
        >
          {preset === "default" ? "Default" : "Careful"}
        </Button>
      ))}
      {chosen && (
        <Dialog
          title={chosen === "default" ? "Default limits" : "Careful limits"}
          note={names.length ? "This is what would change." : "They are in force already."}
          isOpen
          onClose={close}
          footer={
            <>
              <Button tone="quiet" onClick={close}>
                {names.length ? "Cancel" : "Close"}
              </Button>
              {names.length > 0 && (
                <Button
                  disabled={change.isPending}
                  onClick={() => {
                    const changes = Object.fromEntries(names.map((name) => [name, presets[chosen][name]]));
                    change.mutate(changes, {
                      onSuccess: () => {
                        tell({ title: `${account.name} has the ${chosen} limits`, tone: "quiet" });
                        close();
                      },
                    });
                  }}
                >
                  Set them
                </Button>
              )}
            </>
          }
        >
          <dl className="space-y-2">
            {names.map((name) => (
              <div key={name} className="flex justify-between gap-4">
                <dt className="text-muted">{limitWords[name].title}</dt>
                <dd className="text-right text-base text-text tabular-nums">
                  <span className="text-muted line-through">
                    {limitText(limits[name], limitWords[name].unit, account.base_asset)}
                  </span>{" "}
                  {limitText(presets[chosen][name], limitWords[name].unit, account.base_asset)}
                </dd>
              </div>
            ))}
          </dl>
          {change.error && <Problem>{change.error.message}</Problem>}
        </Dialog>
      )}
    </div>
  );
}
