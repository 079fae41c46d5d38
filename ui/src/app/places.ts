import {
  BookOpenText,
  CandlestickChart,
  LayoutDashboard,
  type LucideIcon,
  Settings,
  ShieldAlert,
} from "lucide-react";

export interface Place {
  path: "/" | "/trade" | "/journal" | "/risk" | "/settings";
  name: string;
  icon: LucideIcon;
  /** After `g`: goes there from the keyboard. */
  key: string;
  /** Pages of the room that lie elsewhere. */
  annexes?: string[];
}

/** The rooms that a person can go to, in the order of the rail. */
export const places: Place[] = [
  { path: "/", name: "Overview", icon: LayoutDashboard, key: "o" },
  { path: "/trade", name: "Trade", icon: CandlestickChart, key: "t" },
  { path: "/risk", name: "Risk", icon: ShieldAlert, key: "r" },
  { path: "/journal", name: "Journal", icon: BookOpenText, key: "j" },
  {
    path: "/settings",
    name: "Settings",
    icon: Settings,
    key: "s",
    annexes: ["/connect", "/reconciliation"],
  },
];

/** The room that a page is in; null for those before one has an account. */
export function placeAt(pathname: string): Place | null {
  const isOf = ({ path, annexes = [] }: Place) =>
    path === "/" ? pathname === "/" : [path, ...annexes].some((each) => pathname.startsWith(each));
  return places.find(isOf) ?? null;
}
