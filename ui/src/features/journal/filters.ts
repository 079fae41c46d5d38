/** What to look for in the journal, as the address of the page says it. Left out: anything. */
export interface JournalSearch {
  stream?: string;
  /** Event types, separated by commas. */
  type?: string;
  actor?: string;
  correlation?: string;
  /** The id of an order whose events are wanted. */
  order?: string;
  /** Times of recording; `until` is exclusive. */
  since?: string;
  until?: string;
}

/** Called with what to look for from now on. */
export type Change = (search: JournalSearch) => void;

const textMax = 200;
const typesMax = 2_000;

function text(value: unknown, lengthMax = textMax): string | undefined {
  // An address may hold a number where a text is meant.
  const written = typeof value === "number" ? String(value) : value;
  const trimmed = typeof written === "string" ? written.trim() : "";
  return trimmed && trimmed.length <= lengthMax ? trimmed : undefined;
}

function instant(value: unknown): string | undefined {
  const written = text(value);
  const ms = written ? Date.parse(written) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function types(value: unknown): string | undefined {
  const written = text(value, typesMax);
  return written && /^[A-Za-z.]+(,[A-Za-z.]+)*$/.test(written) ? written : undefined;
}

/** What an address asks for; what makes no sense is left out. */
export function searchOf(raw: Record<string, unknown>): JournalSearch {
  return without({
    stream: text(raw.stream),
    type: types(raw.type),
    actor: text(raw.actor),
    correlation: text(raw.correlation),
    order: text(raw.order),
    since: instant(raw.since),
    until: instant(raw.until),
  });
}

type Loose = { [Key in keyof JournalSearch]: JournalSearch[Key] | undefined };

/** The same without what is empty. */
export function without(search: Loose): JournalSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value));
}

/** As `GET /v1/journal` takes it. */
export function queryOf({ order, ...search }: JournalSearch) {
  return { ...search, ...(order && { order_id: order }) };
}

export function sameSearch(one: JournalSearch, other: JournalSearch): boolean {
  const written = (search: JournalSearch) => JSON.stringify(Object.entries(search).sort());
  return written(one) === written(other);
}

const trading = (names: string[]) => names.map((name) => `trading.${name}`);
const identity = (names: string[]) => names.map((name) => `identity.${name}`);

/** The kinds of events, as a person would sort them. */
export const kinds: { title: string; types: string[] }[] = [
  {
    title: "Orders",
    types: trading([
      "OrderPlaced",
      "OrderDenied",
      "OrderTriggered",
      "TrailingStopMoved",
      "OrderSubmitted",
      "OrderAccepted",
      "OrderRejected",
      "OrderOutcomeUnknown",
      "OrderFilled",
      "OrderCancelRequested",
      "OrderCancelRejected",
      "OrderCancelled",
      "OrderExpired",
      "OrderReplaceRequested",
      "OrderReplaced",
      "OrderReplaceRejected",
      "OrderExitsChanged",
    ]),
  },
  { title: "Money", types: trading(["FundsDeposited", "FundsWithdrawn", "FundingSettled"]) },
  {
    title: "Accounts",
    types: trading([
      "AccountOpened",
      "AccountStateChanged",
      "AccountBegan",
      "RiskLimitsSet",
      "DeadMansSwitchSet",
      "EquityMarked",
      "LeverageSet",
      "EarlierFillRecorded",
      "PositionBroughtForward",
      "PositionClosedByVenue",
      "UnmatchedFillRecorded",
      "DifferenceFound",
      "BalanceAdjusted",
      "UnmatchedFillAdopted",
      "DifferenceResolved",
    ]),
  },
  {
    title: "Venue keys",
    types: identity([
      "VenueCredentialAdded",
      "VenueCredentialReplaced",
      "WithdrawalRiskConfirmed",
      "VenueCredentialRemoved",
      "CredentialKeyRotated",
    ]),
  },
  {
    title: "People",
    types: identity([
      "SignedIn",
      "SignedOut",
      "SignInFailed",
      "RefreshTokenReused",
      "OwnerRegistered",
      "PartyCreated",
      "MemberInvited",
      "MemberJoined",
      "RoleChanged",
      "PartiesGranted",
      "MemberRemoved",
      "PersonalDataErased",
      "PasswordResetRequested",
      "PasswordChanged",
      "ApiKeyCreated",
      "ApiKeyRevoked",
    ]),
  },
];

export interface View {
  name: string;
  search: JournalSearch;
}

/** The views that everybody has. */
export const builtIn: View[] = [
  { name: "Everything", search: {} },
  { name: "Orders", search: { type: kinds[0]?.types.join(",") ?? "" } },
  { name: "Fills", search: { type: "trading.OrderFilled" } },
  { name: "Denials", search: { type: "trading.OrderDenied,trading.OrderRejected" } },
  { name: "Money in and out", search: { type: kinds[1]?.types.join(",") ?? "" } },
  {
    name: "Sign-ins",
    search: {
      type: "identity.SignedIn,identity.SignedOut,identity.SignInFailed,identity.RefreshTokenReused",
    },
  },
];
