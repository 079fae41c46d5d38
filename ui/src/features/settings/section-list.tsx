import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { type SectionId, sections } from "./sections";

const groups = [...new Set(sections.map((each) => each.group))];

/** The sections: a list at the left, a strip above the page where there is no room for one. */
export function SectionList({ current }: { current: SectionId | undefined }) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = strip.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (strip.current && link)
      strip.current.scrollLeft = link.offsetLeft - (strip.current.clientWidth - link.offsetWidth) / 2;
  }, [current]);
  return (
    <nav
      ref={strip}
      aria-label="Settings"
      className="relative flex shrink-0 bg-ground max-lg:sticky max-lg:top-12 max-lg:z-10 max-lg:overflow-x-auto max-lg:border-b max-lg:border-line max-lg:px-2 lg:sticky lg:top-18 lg:w-48 lg:flex-col lg:gap-5 lg:self-start"
    >
      {groups.map((group) => (
        <div key={group} className="flex lg:flex-col lg:gap-0.5">
          <p className="px-2.5 pb-1 text-xs text-muted max-lg:hidden">{group}</p>
          {sections
            .filter((each) => each.group === group)
            .map(({ id, title, icon: Icon }) => (
              <Link
                key={id}
                to="/settings/$section"
                params={{ section: id }}
                aria-current={id === current ? "page" : undefined}
                className="relative flex items-center gap-2.5 whitespace-nowrap -outline-offset-2 hover:text-text max-lg:h-11 max-lg:px-2.5 max-lg:aria-[current=page]:after:absolute max-lg:aria-[current=page]:after:inset-x-2.5 max-lg:aria-[current=page]:after:bottom-0 max-lg:aria-[current=page]:after:h-0.5 max-lg:aria-[current=page]:after:bg-accent lg:h-8 lg:rounded-control lg:px-2.5 lg:hover:bg-raised lg:aria-[current=page]:bg-raised touch:lg:h-11 text-muted aria-[current=page]:font-medium aria-[current=page]:text-text"
              >
                <Icon aria-hidden className="size-4 shrink-0 max-lg:hidden" />
                {title}
              </Link>
            ))}
        </div>
      ))}
    </nav>
  );
}
