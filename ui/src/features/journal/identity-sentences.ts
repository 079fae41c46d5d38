import { venueName } from "../../design/venue-names";
import { capital, list, part, short, word } from "./words";

type Sentence = (data: Record<string, unknown>) => string;

function until(instant: unknown): string {
  return instant ? `, until ${word(instant).slice(0, 10)}` : "";
}

/** A venue's key by its hint, and what the venue said that it may do. */
function key(data: Record<string, unknown>): string {
  const { can_trade: trades } = part(data.permissions);
  const may = trades === true ? "trades" : trades === false ? "reads only" : "may or may not trade";
  return `key ${word(data.hint) || `…${short(data.credential_id)}`}, which ${may}`;
}

/** What one did oneself. */
export const ownSentences: Record<string, string> = {
  OwnerRegistered: "You became the owner",
  MemberJoined: "You joined",
  PasswordChanged: "You changed your password; your other sessions ended",
  SignedIn: "You signed in",
  SignedOut: "You signed out",
};

/** One sentence per fact of `identity/events.py` and `identity/venue_credentials/events.py`. Names are sealed there, so people are told by their ids. */
export const identitySentences: Record<string, Sentence> = {
  OwnerRegistered: (data) => `Owner …${short(data.user_id)} registered`,
  PartyCreated: (data) => `${capital(word(data.kind))} …${short(data.party_id)} created`,
  MemberInvited: (data) => `Member …${short(data.user_id)} invited as ${word(data.role)}`,
  MemberJoined: (data) => `Member …${short(data.user_id)} joined`,
  RoleChanged: (data) =>
    `Member …${short(data.user_id)} is ${word(data.role)} now, was ${word(data.previous)}`,
  PartiesGranted: (data) => {
    const count = list(data.parties).length;
    return `Member …${short(data.user_id)} sees ${count ? `${count} ${count === 1 ? "party" : "parties"} besides their own` : "their own party only"}`;
  },
  MemberRemoved: (data) => `Member …${short(data.user_id)} removed; their sessions and keys ended`,
  PersonalDataErased: (data) => `Name and address of former member …${short(data.user_id)} erased`,
  PasswordResetRequested: (data) => `Link to reset the password made for member …${short(data.user_id)}`,
  PasswordChanged: (data) =>
    `Member …${short(data.user_id)} changed their password; their other sessions ended`,
  ApiKeyCreated: (data) =>
    `API key “${word(data.name)}” created, may ${list(data.scopes).join(", ")}${until(data.expires_at)}`,
  ApiKeyRevoked: (data) => `API key …${short(data.key_id)} revoked`,
  SignedIn: (data) => `Member …${short(data.user_id)} signed in`,
  SignedOut: (data) => `Member …${short(data.user_id)} signed out`,
  RefreshTokenReused: (data) =>
    `Session of member …${short(data.user_id)} ended: one of its tokens was used a second time`,
  SignInFailed: (data) =>
    `Sign-in of member …${short(data.user_id)} slowed down after ${word(data.failures)} failures`,
  VenueCredentialAdded: (data) => `Account connected to ${venueName(word(data.venue))} by ${key(data)}`,
  VenueCredentialReplaced: (data) =>
    `Account connected to ${venueName(word(data.venue))} by another ${key(data)}`,
  WithdrawalRiskConfirmed: (data) =>
    `Owner …${short(data.user_id)} confirmed that the key at ${venueName(word(data.venue))} cannot withdraw: “${word(data.statement)}”`,
  VenueCredentialRemoved: (data) =>
    `Key at ${venueName(word(data.venue))} destroyed; the account is not connected any more`,
  CredentialKeyRotated: (data) =>
    `Credentials of venues brought under another key-encryption key, ${word(data.rewrapped)} of them now`,
};
