import {
  AppWindow,
  Command,
  KeyRound,
  Landmark,
  Laptop,
  type LucideIcon,
  Server,
  User,
  Users,
  UsersRound,
  Wallet,
} from "lucide-react";

export interface Section {
  /** As the address has it: /settings/<id>. */
  id: string;
  title: string;
  group: "You" | "The book" | "The server";
  icon: LucideIcon;
}

/** What can be set, in the order of the list. */
export const sections = [
  { id: "profile", title: "Profile", group: "You", icon: User },
  { id: "sessions", title: "Sessions", group: "You", icon: Laptop },
  { id: "api-keys", title: "API keys", group: "You", icon: KeyRound },
  { id: "appearance", title: "Appearance", group: "You", icon: AppWindow },
  { id: "keyboard", title: "Keyboard", group: "You", icon: Command },
  { id: "accounts", title: "Accounts", group: "The book", icon: Wallet },
  { id: "venues", title: "Venues", group: "The book", icon: Landmark },
  { id: "members", title: "Members", group: "The book", icon: Users },
  { id: "parties", title: "Parties", group: "The book", icon: UsersRound },
  { id: "system", title: "System", group: "The server", icon: Server },
] as const satisfies Section[];

export type SectionId = (typeof sections)[number]["id"];

/** The section at an address; /settings alone is the profile, and what is none is undefined. */
export function sectionOf(id: string | undefined): (typeof sections)[number] | undefined {
  return sections.find((each) => each.id === (id || "profile"));
}
