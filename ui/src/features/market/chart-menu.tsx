import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, useState } from "react";

import { MenuItem } from "../../design/menu";
import { MenuAt } from "../../design/menu-at";
import type { ChartChoice } from "./props";

/** A place of the chart, in px from its corner, that orders were asked for at. */
export interface AskedAt {
  x: number;
  y: number;
  /** The price there, as it is written. */
  title: string;
  choices: readonly ChartChoice[];
}

/** What can be done at the place that was asked about. */
export function ChartMenu({
  asked,
  onClose,
  onLeave,
}: {
  asked: AskedAt | null;
  onClose: () => void;
  /** It was left without a choice, or what was chosen took the focus nowhere. */
  onLeave: () => void;
}) {
  const hasChosen = useRef(false);
  // What was asked stays written while the menu goes.
  const [shown, setShown] = useState(asked);
  if (asked && asked !== shown) setShown(asked);
  return (
    <MenuAt
      at={asked}
      title={shown?.title}
      onClose={onClose}
      onClosed={() => {
        const isNowhere = document.activeElement === document.body;
        if (!hasChosen.current || isNowhere) onLeave();
        hasChosen.current = false;
      }}
    >
      {shown?.choices.map(({ id, title, side, run }) => (
        <MenuItem
          key={id}
          icon={side === "buy" ? <ArrowUp className="text-gain" /> : <ArrowDown className="text-loss" />}
          onChoose={() => {
            hasChosen.current = true;
            run();
          }}
        >
          {title}
        </MenuItem>
      ))}
    </MenuAt>
  );
}
