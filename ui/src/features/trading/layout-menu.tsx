import { Columns3, Eye, EyeOff, RotateCcw } from "lucide-react";

import { IconButton } from "../../design/icon-button";
import { Menu, MenuItem, MenuLine } from "../../design/menu";
import { fold, layOutAsUsual, type Part, useLayout } from "./layout";
import { desk, useMedia } from "./use-media";

const parts: Partial<Record<Part, string>> = {
  watchlist: "Watchlist",
  book: "Book and trades",
  blotter: "Orders and positions",
};

/** Which parts of the desk are in sight; where it has room for all of them. */
export function LayoutMenu() {
  const folded = useLayout((layout) => layout.folded);
  const isDesk = useMedia(desk);
  if (!isDesk) return null;
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
