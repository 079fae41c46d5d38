import type { Zone } from "../state/preferences";

/** A zone as Intl wants it. One that this browser does not know is UTC. */
export function zoneOptions(zone: Zone): { timeZone?: string } {
  if (zone === "local") return {};
  return { timeZone: isKnown(zone) ? zone : "UTC" };
}

function isKnown(zone: Zone): boolean {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** "Europe/Berlin" where this device is in it. */
export function deviceZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Names that browsers still list under the one that IANA gave up. */
const renamed: Record<string, string> = {
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Godthab": "America/Nuuk",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
};

/** Every zone that the browser knows by its IANA name, by continent; `chosen` too, whatever it is. */
export function zonesByContinent(chosen: Zone): Map<string, string[]> {
  const known = Intl.supportedValuesOf("timeZone").map((zone) => {
    const present = renamed[zone];
    return present && isKnown(present) ? present : zone;
  });
  const found = new Map<string, string[]>();
  for (const zone of [...new Set([...known, chosen])].sort()) {
    const [continent = ""] = zone.split("/");
    if (continent === zone) continue;
    found.set(continent, [...(found.get(continent) ?? []), zone]);
  }
  return found;
}

/** "New York" of "America/New_York". */
export function placeOf(zone: string): string {
  return zone.split("/").slice(1).join(", ").replaceAll("_", " ");
}
