import { Columns3, Eye, EyeOff, RotateCcw } from "lucide-react";

import { IconButton } from "../../design/icon-button";
import { Menu, MenuItem, MenuLine } from "../../design/menu";
import { fold, layOutAsUsual, type Part, useLayout } from "./layout";

const parts: Partial<Record<Part, string>> = {
  watchlist: "Watchlist",
  book: "Book and trades",
  blotter: "Orders and positions",
};

/** Which parts of the desk are in sight. */
export function LayoutMenu() {
  const folded = useLayout((layout) => layout.folded);
  return (
    <Menu trigger={<IconButton label="Layout" icon={<Columns3 />} />}>
      {(Object.entries(parts) as [Part, string][]).map(([part, name]) => (
        <MenuItem
          key={part}
          icon={folded[part] ? <EyeOff /> : <Eye />}
          onChoose={() => {
            fold(part, !folded[part]);
          }}
        >
          {folded[part] ? "Show" : "Hide"} {name.toLowerCase()}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<RotateCcw />} onChoose={layOutAsUsual}>
        As usual
      </MenuItem>
    </Menu>
  );
}
