import type { SectionId } from "../features/settings/sections";
import type { Command } from "../state/commands";

export type Way = { to: "/settings/$section"; params: { section: SectionId } } | { to: "/risk" | "/connect" };

interface Errand {
  title: string;
  /** Other words for it. */
  also: string;
  group: Command["group"];
  /** The page where it is done. */
  way: Way;
  /** Without this scope it cannot be done there. */
  scope?: string;
}

const inSettings = (section: SectionId): Way => ({ to: "/settings/$section", params: { section } });

/** What somebody comes to do, and by its own name does not find among the rooms. */
const errands: Errand[] = [
  {
    title: "Open a paper account",
    also: "new add create",
    group: "Account",
    way: inSettings("accounts"),
    scope: "manage",
  },
  {
    title: "Connect an account",
    also: "venue exchange open add live real",
    group: "Account",
    way: { to: "/connect" },
    scope: "admin",
  },
  {
    title: "Halt an account",
    also: "halted stop freeze pause reduce reducing kill switch trading state",
    group: "Account",
    way: { to: "/risk" },
    scope: "trade",
  },
  { title: "Accounts", also: "settings list", group: "Go to", way: inSettings("accounts") },
  { title: "API keys", also: "settings apikey new token robot", group: "Go to", way: inSettings("api-keys") },
  {
    title: "Members",
    also: "settings people users roles",
    group: "Go to",
    way: inSettings("members"),
    scope: "admin",
  },
  {
    title: "Invite somebody",
    also: "invitation add new member person user",
    group: "Go to",
    way: inSettings("members"),
    scope: "admin",
  },
  {
    title: "Profile",
    also: "settings password name email two factor 2fa",
    group: "Go to",
    way: inSettings("profile"),
  },
  { title: "Sessions", also: "settings signed in devices", group: "Go to", way: inSettings("sessions") },
];

/** The commands of who has these scopes. */
export function errandsOf(scopes: readonly string[], go: (way: Way) => void): Command[] {
  return errands
    .filter(({ scope }) => scope === undefined || scopes.includes(scope))
    .map(({ title, also, group, way }) => ({
      id: `errand ${title}`,
      title,
      also,
      group,
      run: () => {
        go(way);
      },
    }));
}
