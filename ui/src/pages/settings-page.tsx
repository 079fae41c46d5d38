import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Empty } from "../design/panel";
import { Accounts } from "../features/settings/accounts";
import { ApiKeys } from "../features/settings/api-keys";
import { Appearance } from "../features/settings/appearance";
import { Keyboard } from "../features/settings/keyboard";
import { Members } from "../features/settings/members";
import { Parties } from "../features/settings/parties";
import { Profile } from "../features/settings/profile";
import { SectionList } from "../features/settings/section-list";
import { type SectionId, sectionOf } from "../features/settings/sections";
import { Sessions } from "../features/settings/sessions";
import { System } from "../features/settings/system";
import { VenuesHealth } from "../features/settings/venues/venues-health";

const contents: Record<SectionId, ReactNode> = {
  profile: <Profile />,
  sessions: <Sessions />,
  "api-keys": <ApiKeys />,
  appearance: <Appearance />,
  keyboard: <Keyboard />,
  accounts: <Accounts />,
  venues: <VenuesHealth />,
  members: <Members />,
  parties: <Parties />,
  system: <System />,
};

/** The person, the book and the server. */
export function SettingsPage() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const section = sectionOf(path.split("/")[2]);
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col lg:flex-row lg:gap-10 lg:p-6">
      <SectionList current={section?.id} />
      <div key={section?.id} className="min-w-0 flex-1 space-y-4 max-lg:p-4">
        {section ? (
          contents[section.id]
        ) : (
          <Empty title="There is no such section">
            <Link to="/settings" className="text-accent hover:underline">
              To the first one
            </Link>
          </Empty>
        )}
      </div>
    </div>
  );
}
