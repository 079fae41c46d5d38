import { venueName } from "../../design/venue-names";
import type { components } from "../../api/generated/schema";

type Schemas = components["schemas"];
export type Role = Schemas["Role"];
export type Scope = Schemas["Scope"];

/** What each scope lets somebody do. */
export const scopes: Record<Scope, { title: string; note: string }> = {
  read: { title: "Read", note: "See accounts, orders and the market." },
  trade: { title: "Trade", note: "Place, change and cancel orders; halt the own accounts." },
  manage: { title: "Manage", note: "Open accounts, book paper money, set limits and states." },
  admin: {
    title: "Administer",
    note: "Members, roles, invitations, views, the red button for all accounts.",
  },
  audit: { title: "Audit", note: "The journal and its proofs." },
};

/** What each role is for. */
export const roles: Record<Role, { title: string; note: string }> = {
  owner: { title: "Owner", note: "Everything, and alone deals with owners and admins." },
  admin: { title: "Admin", note: "Everything, for every party." },
  fund_manager: { title: "Fund manager", note: "Trades and manages the accounts of the parties they see." },
  trader: { title: "Trader", note: "Trades and manages the accounts of the parties they see." },
  viewer: { title: "Viewer", note: "Sees the accounts of their parties and changes nothing." },
  auditor: { title: "Auditor", note: "Sees every party and the whole journal; changes nothing." },
};

/** Roles that see every party without being given it. */
export const seesAllParties: ReadonlySet<Role> = new Set(["owner", "admin", "auditor"]);

/** Roles that only an owner gives or takes. */
const guarded: ReadonlySet<Role> = new Set(["owner", "admin"]);

export function rolesToGive(own: Role): Role[] {
  const all = Object.keys(roles) as Role[];
  return own === "owner" ? all : all.filter((role) => !guarded.has(role));
}

/** Whether somebody with the role `own` may deal with a member: with themself, or with whom their role reaches. */
export function mayDealWith(own: Role, member: Role): boolean {
  return own === "owner" || !guarded.has(member);
}

export const partyKinds: Record<Schemas["PartyKind"], string> = {
  person: "Person",
  household: "Household",
  company: "Company",
  fund: "Fund",
};

/** The parts that the server examines: what each is, and what to do when it is not well. */
const parts: Record<string, { title: string; remedy: string }> = {
  database: {
    title: "Database",
    remedy: "Nothing is recorded without it. On the server, `tradebook doctor` names what PostgreSQL lacks.",
  },
  redis: {
    title: "Redis",
    remedy:
      "Trading goes on; limits across processes do not. On the server, `tradebook doctor` says why it is away.",
  },
  projections: {
    title: "Views",
    remedy: "They catch up by themselves. One that is parked says why below, and a rebuild puts it in order.",
  },
  feed: {
    title: "Market feed",
    remedy:
      "Orders on a stale price are denied until it moves again. Check the connection of the server to the venue.",
  },
};

const venuePart = "venue ";

/** A part in words; its remedy only where one is needed. */
export function partWords(name: string, state: string): { title: string; remedy: string | null } {
  const part = parts[name] ?? {
    title: name.startsWith(venuePart) ? venueName(name.slice(venuePart.length)) : name,
    remedy: "On the server, `tradebook doctor` says more.",
  };
  return { title: part.title, remedy: state === "ok" ? null : part.remedy };
}

/** How far a view has come, in whole percent of the journal; 100 only when it has all of it. */
export function percentOf(position: string, head: string): number {
  const [done, all] = [BigInt(position), BigInt(head)];
  if (all <= 0n || done >= all) return 100;
  return Number((done * 100n) / all);
}

/** How soon a key ends. */
export const lifetimes = {
  "7": "After 7 days",
  "30": "After 30 days",
  "90": "After 90 days",
  "365": "After a year",
  "": "Never",
} as const;
export type Lifetime = keyof typeof lifetimes;

const dayMs = 86_400_000;

/** When a key with this lifetime ends, as the wire has it. */
export function endOf(lifetime: string, now: number): string | null {
  return lifetime ? new Date(now + Number(lifetime) * dayMs).toISOString() : null;
}

/** A one-time link as somebody else can open it. */
export function linkAt(origin: string, path: string): string {
  return new URL(path, origin).href;
}
