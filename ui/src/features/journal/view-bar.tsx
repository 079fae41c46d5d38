import { BookmarkPlus, X } from "lucide-react";
import { useState } from "react";

import { Button, Field } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { textsOf } from "../../design/forms";
import { builtIn, type JournalSearch, sameSearch } from "./filters";
import { useViews } from "./views";

const pill =
  "h-8 shrink-0 cursor-pointer rounded-control px-3 text-sm text-muted hover:text-text aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-text touch:h-10";

/** Filters with a name: those that everybody has, and one's own. */
export function ViewBar({
  search,
  onChange,
}: {
  search: JournalSearch;
  onChange: (search: JournalSearch) => void;
}) {
  const { views, keep, drop } = useViews();
  const [isNaming, setNaming] = useState(false);
  const isKnown = [...builtIn, ...views].some((each) => sameSearch(each.search, search));
  return (
    <div role="group" aria-label="Views" className="-mx-1 flex items-center gap-1 overflow-x-auto px-1">
      {[...builtIn, ...views].map((view) => {
        const isOn = sameSearch(view.search, search);
        const isOwn = views.includes(view);
        return (
          <span key={`${isOwn ? "own" : "built in"} ${view.name}`} className="flex shrink-0 items-center">
            <button
              type="button"
              aria-pressed={isOn}
              className={pill}
              onClick={() => {
                onChange(view.search);
              }}
            >
              {view.name}
            </button>
            {isOwn && isOn && (
              <button
                type="button"
                aria-label={`Remove the view ${view.name}`}
                className="grid size-8 cursor-pointer place-items-center text-muted hover:text-text touch:size-10"
                onClick={() => {
                  drop(view.name);
                }}
              >
                <X aria-hidden className="size-3.5" />
              </button>
            )}
          </span>
        );
      })}
      {!isKnown && (
        <button
          type="button"
          className={`${pill} flex items-center gap-1.5 text-accent`}
          onClick={() => {
            setNaming(true);
          }}
        >
          <BookmarkPlus aria-hidden className="size-4" />
          Save view
        </button>
      )}
      <Dialog
        title="Save this view"
        note="It is kept in this browser."
        isOpen={isNaming}
        onClose={() => {
          setNaming(false);
        }}
      >
        <form
          className="space-y-3"
          onSubmit={(event) => {
            keep(textsOf(event)("name"), search);
            setNaming(false);
          }}
        >
          <Field name="name" label="Name" required maxLength={40} autoFocus autoComplete="off" />
          <Button type="submit">Save</Button>
        </form>
      </Dialog>
    </div>
  );
}
