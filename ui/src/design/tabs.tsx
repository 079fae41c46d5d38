import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab {
  id: string;
  title: ReactNode;
  content: ReactNode;
}

/** Views that share a place, one in sight; arrow keys move between their titles. */
export function Tabs({
  label,
  tabs,
  value,
  onChoose,
  aside,
  className = "",
}: {
  label: string;
  tabs: Tab[];
  value: string;
  onChoose: (id: string) => void;
  aside?: ReactNode;
  className?: string;
}) {
  return (
    <Radix.Root value={value} onValueChange={onChoose} className={`flex min-h-0 flex-col ${className}`}>
      <div className="flex min-h-11 items-center justify-between gap-3 border-b border-line pr-3">
        <Radix.List aria-label={label} className="flex min-w-0 self-stretch overflow-x-auto px-2">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.id}
              value={tab.id}
              className="relative flex shrink-0 cursor-pointer items-center gap-1.5 px-2.5 text-muted -outline-offset-2 hover:text-text data-[state=active]:font-medium data-[state=active]:text-text data-[state=active]:after:absolute data-[state=active]:after:inset-x-2.5 data-[state=active]:after:-bottom-px data-[state=active]:after:h-0.5 data-[state=active]:after:bg-accent"
            >
              {tab.title}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="flex min-h-0 flex-1 flex-col outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
