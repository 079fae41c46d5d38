import { BookmarkMinus, BookmarkPlus, Columns3, Eye, EyeOff, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";

import { Button, Field } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { IconButton } from "../../design/icon-button";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../../design/menu";
import { type Command, useOffer } from "../../state/commands";
import {
  dropLayout,
  fold,
  keepLayout,
  layoutNameMax,
  layOutAsUsual,
  nameOf,
  type Part,
  takeLayout,
  useLayout,
} from "./layout";
import { desk, useMedia } from "../../design/use-media";

const parts: Partial<Record<Part, string>> = {
  watchlist: "Watchlist",
  book: "Book and trades",
  blotter: "Orders and positions",
};

/** Which parts of the desk are in sight, and layouts with a name; where it has room for all of them. */
export function LayoutMenu() {
  const isDesk = useMedia(desk);
  return isDesk ? <OnDesk /> : null;
}

function OnDesk() {
  const layout = useLayout();
  const [isNaming, setNaming] = useState(false);
  const name = nameOf(layout);
  const names = layout.named.map((each) => each.name);
  useOffer(useLayoutCommands(names.join("\n")));
  return (
    <>
      <Menu trigger={<IconButton label="Layout" icon={<Columns3 />} />}>
        {(Object.entries(parts) as [Part, string][]).map(([part, title]) => (
          <MenuItem
            key={part}
            icon={layout.folded[part] ? <EyeOff /> : <Eye />}
            onChoose={() => {
              fold(part, !layout.folded[part]);
            }}
          >
            {layout.folded[part] ? "Show" : "Hide"} {title.toLowerCase()}
          </MenuItem>
        ))}
        <MenuLine />
        {names.length > 0 && (
          <MenuChoice
            label="Layouts"
            options={Object.fromEntries(names.map((each) => [each, each]))}
            value={name}
            onChoose={takeLayout}
          />
        )}
        <MenuItem icon={<RotateCcw />} onChoose={layOutAsUsual}>
          As usual
        </MenuItem>
        <MenuLine />
        <MenuItem
          icon={<BookmarkPlus />}
          onChoose={() => {
            setNaming(true);
          }}
        >
          Save this layout…
        </MenuItem>
        {name && (
          <MenuItem
            icon={<BookmarkMinus />}
            onChoose={() => {
              dropLayout(name);
            }}
          >
            Remove “{name}”
          </MenuItem>
        )}
      </Menu>
      <Dialog
        title="Save this layout"
        note="What is in sight, and how large. It is kept in this browser."
        isOpen={isNaming}
        onClose={() => {
          setNaming(false);
        }}
      >
        <form
          className="space-y-3"
          onSubmit={(event) => {
            keepLayout(textsOf(event)("name"));
            setNaming(false);
          }}
        >
          <Field
            name="name"
            label="Name"
            required
            maxLength={layoutNameMax}
            defaultValue={name}
            autoFocus
            autoComplete="off"
          />
          <Button type="submit">Save</Button>
        </form>
      </Dialog>
    </>
  );
}

/** Each named layout from the palette too. `names` is one a line. */
function useLayoutCommands(names: string): Command[] {
  return useMemo(
    () =>
      names
        .split("\n")
        .filter(Boolean)
        .map((name): Command => ({
          id: `layout ${name}`,
          title: `Layout: ${name}`,
          group: "Look",
          run: () => {
            takeLayout(name);
          },
        })),
    [names],
  );
}
