import { venueName } from "../../../design/venue-names";

/** One thing that a key may do, must not be able to do, or is better bound by, as the venue's own site calls it. */
export interface Rule {
  kind: "allow" | "refuse" | "bind";
  /** As it stands beside the box on the venue's page. */
  name: string;
  why: string;
}

/** The texts that venues know accounts by, as the server calls them. */
export const fieldNames = [
  "api_key",
  "secret",
  "passphrase",
  "wallet_address",
  "agent_key",
  "vault_address",
] as const;
export type FieldName = (typeof fieldNames)[number];

/** One text that the venue hands out and the server keeps. */
export interface KeyField {
  name: FieldName;
  label: string;
  note?: string;
  /** It may be left empty. */
  isOptional?: boolean;
}

/** How somebody gets a key at a venue. */
interface Instructions {
  /** Ways through the venue's site, in order. */
  steps: string[];
  rules: Rule[];
  fields: KeyField[];
  /** What most accounts there are counted in; USDT where nothing is said. */
  countedIn?: string;
  /** Where a key is deleted there, once it is not wanted any more. */
  deleting: string;
}

export interface Guide extends Instructions {
  /** The venue as a person knows it. */
  title: string;
}

const usual: Instructions = {
  steps: ["On the venue’s site, open the list of your API keys and make one for this server alone."],
  rules: [
    { kind: "allow", name: "Read", why: "Balances, orders and fills are compared with your book." },
    { kind: "allow", name: "Trade", why: "Orders are sent. Leave it out to only watch the account." },
    {
      kind: "refuse",
      name: "Withdraw",
      why: "A key that can is refused here: whoever got hold of it could take everything.",
    },
  ],
  fields: [
    { name: "api_key", label: "API key" },
    { name: "secret", label: "Secret" },
  ],
  deleting: "in the list of your API keys",
};

/** A key at Binance, by the box that lets it trade. */
function atBinance(trading: Rule, more: string[] = []): Instructions {
  return {
    steps: [
      "On Binance, open Account, API Management and press Create API.",
      "Choose System generated and give it a name, Tradebook for one. A Self-generated key (Ed25519 or RSA) does as well.",
      "Press Edit restrictions and set the boxes as below, then save.",
      ...more,
    ],
    rules: [
      {
        kind: "allow",
        name: "Enable Reading",
        why: "Balances, orders and fills are compared with your book, all day long.",
      },
      trading,
      {
        kind: "refuse",
        name: "Enable Withdrawals",
        why: "A key that can is refused here: whoever got hold of it could take everything.",
      },
      {
        kind: "bind",
        name: "Restrict access to trusted IPs only",
        why: "Name the address that this server reaches the internet from: nobody can use the key elsewhere. Without one Binance ends the right to trade after some weeks.",
      },
    ],
    fields: [
      { name: "api_key", label: "API key" },
      {
        name: "secret",
        label: "Secret key",
        note: "Binance shows it once. Of a self-generated key: the private key, with its first and last line.",
      },
    ],
    deleting: "under API Management",
  };
}

const guides: Record<string, Instructions> = {
  binance: atBinance({
    kind: "allow",
    name: "Enable Spot & Margin Trading",
    why: "Orders are sent. Leave it clear to only watch the account.",
  }),
  "binance-usdm": atBinance(
    {
      kind: "allow",
      name: "Enable Futures",
      why: "Orders of contracts are sent. The box is there once a futures account has been opened; leave it clear to only watch.",
    },
    [
      "Symbols have a leverage of 20 at first. Set yours on the order ticket after connecting: an account may have 10 here unless its limits say otherwise.",
    ],
  ),
  bybit: {
    steps: [
      "On Bybit, open API in the menu of your account and press Create New Key.",
      "Choose System-generated API Keys, then API Transaction, and give the key a name, Tradebook for one.",
      "Choose Read-Write and set the boxes as below, then submit. Tradebook trades the unified account.",
    ],
    rules: [
      {
        kind: "allow",
        name: "Read-Write",
        why: "Balances, orders and fills are compared with your book, all day long. Read-Only watches the account and sends no orders.",
      },
      {
        kind: "allow",
        name: "SPOT, Trade",
        why: "Orders are sent.",
      },
      {
        kind: "allow",
        name: "Contract, Orders and Positions",
        why: "Perpetuals and futures are traded as well. A key without them trades on spot only.",
      },
      {
        kind: "refuse",
        name: "Withdrawal",
        why: "A key that can is refused here, and so is one that may pay out by Fiat or Card: whoever got hold of it could take everything.",
      },
      {
        kind: "bind",
        name: "Only IPs with permissions granted are allowed to access the OpenAPI",
        why: "Name the address that this server reaches the internet from: nobody can use the key elsewhere. Without one Bybit ends the key after three months.",
      },
    ],
    fields: [
      { name: "api_key", label: "API key" },
      { name: "secret", label: "API secret", note: "Bybit shows it once." },
    ],
    deleting: "in the list of your API keys",
  },
  hyperliquid: {
    steps: [
      "On Hyperliquid, connect your wallet and open More, API.",
      "Give the API wallet a name, Tradebook for one, and press Generate, then Authorize API Wallet.",
      "Sign with your wallet, and copy the private key that is shown in the box. It belongs to the API wallet, not to yours.",
      "For perpetuals, keep the account in standard mode, and move USDC from spot to perpetuals on Hyperliquid: an API wallet may not. Perpetuals have a leverage of 20 at first. Set yours on the order ticket: an account may have 10 here unless its limits say otherwise.",
    ],
    rules: [
      {
        kind: "allow",
        name: "API wallet",
        why: "It places and cancels orders for your account, on spot and of perpetuals, and cannot move anything out of it.",
      },
      {
        kind: "refuse",
        name: "The key of your own wallet",
        why: "It is refused here: whoever got hold of it could take everything.",
      },
      {
        kind: "bind",
        name: "Days valid",
        why: "After them the API wallet signs no more: approve another one then, and connect it here.",
      },
    ],
    fields: [
      {
        name: "wallet_address",
        label: "Address of your wallet",
        note: "The one you are at Hyperliquid with: 0x and 40 digits.",
      },
      { name: "agent_key", label: "Private key of the API wallet", note: "Hyperliquid shows it once." },
      {
        name: "vault_address",
        label: "Address of a sub-account or vault (optional)",
        note: "To trade for that, and not for the wallet itself.",
        isOptional: true,
      },
    ],
    countedIn: "USDC",
    deleting: "under More, API",
  },
};

const withPassphrase: Instructions = {
  ...usual,
  fields: [
    ...usual.fields,
    {
      name: "passphrase",
      label: "Passphrase",
      note: "The one that you chose for this key, not your password.",
    },
  ],
};

/** Exchanges that are connected only where the server was told to. */
const longTail: Record<string, Instructions> = {
  binanceus: usual,
  bitget: withPassphrase,
  coinbase: usual,
  kraken: usual,
  kucoin: withPassphrase,
  mexc: usual,
  okx: withPassphrase,
};

/** How a key is had at a venue; in general words where nothing is known of it. */
export function guideOf(venue: string): Guide {
  return { title: venueName(venue), ...(guides[venue] ?? longTail[venue] ?? usual) };
}

interface Listed {
  venue: string;
  connectable: boolean;
}

export interface VenueChoice {
  venue: string;
  title: string;
  isConnectable: boolean;
  why: string;
}

const play = new Set(["paper"]);

/** Where accounts can be connected, those that can first; and of the others, why not. */
export function venueChoices(listed: readonly Listed[], isLive: boolean): VenueChoice[] {
  const names = new Set([...Object.keys(guides), ...listed.map((each) => each.venue)]);
  return [...names]
    .filter((venue) => !play.has(venue))
    .map((venue) => {
      const isConnectable = listed.some((each) => each.venue === venue && each.connectable);
      const isHere = listed.some((each) => each.venue === venue);
      return {
        venue,
        title: venueName(venue),
        isConnectable,
        why: isConnectable ? "Your account there, traded with its own money." : whyNot(isHere, isLive),
      };
    })
    .sort((a, b) => Number(b.isConnectable) - Number(a.isConnectable) || a.title.localeCompare(b.title));
}

function whyNot(isHere: boolean, isLive: boolean): string {
  if (isHere) return "Its prices are shown; accounts there are not traded.";
  return isLive
    ? "Not among this server’s venues: TRADEBOOK_LIVE_VENUES names them."
    : "Not on a simulated market.";
}
