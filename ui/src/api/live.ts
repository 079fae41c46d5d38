import { useEffect } from "react";
import { create } from "zustand";

import { renewSession, useSession } from "./session";

/** One message of `/v1/stream`. `position` is a journal position or, on market channels, a sequence. */
export interface Frame {
  channel: string;
  account_id?: string;
  type: "snapshot" | "change";
  position: string;
  data: unknown;
}

interface Control {
  op: string;
  expires_at?: string | null;
  problem?: { status: number };
}

type Listener = (frame: Frame) => void;

interface Link {
  /** Closed: nobody is signed in, and nothing is followed until somebody is. */
  state: "connecting" | "live" | "offline" | "closed";
  /** When the page was last live, in ms since 1970. */
  liveAt: number | null;
  /** When the next attempt begins. */
  retryAt: number | null;
  /** Whether an attempt failed since it was live last, or since somebody signed in. */
  isLost: boolean;
}

/** How the one socket of this tab is. It is live once the server knows who watches. */
export const useLink = create<Link>(() => ({
  state: "connecting",
  liveAt: null,
  retryAt: null,
  isLost: false,
}));

const unauthenticated = 4401;
const pingEveryMs = 10_000;
/** A renewal whose answer was lost is tried again well within the server's grace for the previous token. */
const renewAgainMs = 5_000;
/** A socket that is silent for so long, pings notwithstanding, is taken for dead. */
const silenceMsMax = 25_000;

const listeners = new Map<string, Set<Listener>>();
/** How many of a channel's listeners keep what they hear, and have heard all since a snapshot. */
const keepers = new Map<string, number>();
let socket: WebSocket | null = null;
let attempts = 0;
let heardAt = 0;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let renewTimer: ReturnType<typeof setTimeout> | undefined;
let pingTimer: ReturnType<typeof setInterval> | undefined;

/** How long to wait before attempt `attempt` (from 1): twice as long each time up to 10 s, less up to a half of it. */
export function backoffMs(attempt: number, random: number = Math.random()): number {
  return Math.min(10_000, 250 * 2 ** attempt) * (1 - random / 2);
}

/**
 * The names under which a frame may have been subscribed: frames of the book name their account beside the channel,
 * whether that one was asked for or all of them.
 */
export function subscribedNames({ channel, account_id }: Pick<Frame, "channel" | "account_id">): string[] {
  return account_id ? [`${channel}:${account_id}`, channel] : [channel];
}

function send(frame: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function connect(): void {
  clearTimeout(retryTimer);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/v1/stream`);
  socket = opened;
  heardAt = Date.now();
  useLink.setState({ state: "connecting", retryAt: null });
  opened.onopen = authenticate;
  opened.onmessage = (message: MessageEvent<string>) => {
    heardAt = Date.now();
    const frame = JSON.parse(message.data) as Frame | Control;
    if ("op" in frame) take(frame);
    else
      for (const name of subscribedNames(frame))
        listeners.get(name)?.forEach((listener) => {
          listener(frame);
        });
  };
  opened.onclose = ({ code }) => {
    if (socket === opened) void reconnect(code === unauthenticated);
  };
}

function authenticate(): void {
  send({ op: "auth", token: useSession.getState().accessToken });
}

function take(frame: Control): void {
  if (frame.op === "authenticated") {
    renewBefore(frame.expires_at);
    if (useLink.getState().state === "live") return;
    if (listeners.size) send({ op: "subscribe", channels: [...listeners.keys()] });
    useLink.setState({ state: "live", liveAt: Date.now(), isLost: false });
  }
  // Not as soon as it is let in: what is let in and sent away again would come as often as it can.
  if (frame.op === "pong") attempts = 0;
  // Part of the server is away: what could not be subscribed now is subscribed with a fresh start.
  if (frame.op === "subscribe" && (frame.problem?.status ?? 0) >= 500) drop();
}

/** Renew at half of what is left, so that the socket never meets the end of its token. */
function renewBefore(expiresAt: string | null | undefined): void {
  clearTimeout(renewTimer);
  if (!expiresAt) return;
  const leftMs = Date.parse(expiresAt) - Date.now();
  renewTimer = setTimeout(() => void renew(), Math.max(30_000, leftMs / 2));
}

async function renew(): Promise<void> {
  if ((await renewSession()) || !useSession.getState().accessToken) return;
  clearTimeout(renewTimer);
  renewTimer = setTimeout(() => void renew(), renewAgainMs);
}

/** Do not wait for the goodbye of a socket that may never say it. */
function drop(): void {
  const dropped = socket;
  if (!dropped) return;
  dropped.onclose = null;
  dropped.onmessage = null;
  dropped.close();
  void reconnect(false);
}

async function reconnect(renewFirst: boolean): Promise<void> {
  const lost = socket;
  attempts += 1;
  const waitMs = backoffMs(attempts);
  useLink.setState(({ state, liveAt }) => ({
    state: "offline",
    liveAt: state === "live" ? heardAt : liveAt,
    retryAt: Date.now() + waitMs,
    isLost: true,
  }));
  if (renewFirst) await renewSession();
  if (socket !== lost) return;
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, waitMs);
}

/** Do not wait for the next attempt. */
export function retryNow(): void {
  if (useLink.getState().state === "offline") connect();
}

function watch(): void {
  send({ op: "ping" });
  if (useLink.getState().state !== "offline" && Date.now() - heardAt > silenceMsMax) drop();
}

/** Keep the tab's socket open while someone is signed in. */
export function useLiveConnection(): void {
  const isSignedIn = useSession((session) => session.accessToken !== null);
  useEffect(() => {
    if (!isSignedIn) return;
    // Signed in again: the server does answer, and what was missed meanwhile is nothing to warn of.
    attempts = 0;
    useLink.setState({ liveAt: null, isLost: false });
    connect();
    pingTimer = setInterval(watch, pingEveryMs);
    window.addEventListener("online", retryNow);
    const stopFollowing = useSession.subscribe(({ accessToken }, before) => {
      if (accessToken && accessToken !== before.accessToken) authenticate();
    });
    return () => {
      stopFollowing();
      window.removeEventListener("online", retryNow);
      clearInterval(pingTimer);
      clearTimeout(retryTimer);
      clearTimeout(renewTimer);
      const closing = socket;
      socket = null;
      closing?.close();
      useLink.setState(({ state, liveAt }) => ({
        state: "closed",
        liveAt: state === "live" ? heardAt : liveAt,
        retryAt: null,
      }));
    };
  }, [isSignedIn]);
}

/**
 * Call `listener` for every frame of `channel`; a reconnect subscribes again and begins with a snapshot. With
 * `fromSnapshot` it begins with one too where others listen already and the snapshot was theirs.
 */
export function useChannel(channel: string, listener: Listener, fromSnapshot = false): void {
  useEffect(() => {
    const those = listeners.get(channel) ?? new Set<Listener>();
    those.add(listener);
    listeners.set(channel, those);
    if (those.size === 1) subscribe(channel);
    else if (fromSnapshot && !keepers.get(channel)) {
      unsubscribe(channel);
      subscribe(channel);
    }
    if (fromSnapshot) keepers.set(channel, (keepers.get(channel) ?? 0) + 1);
    return () => {
      those.delete(listener);
      if (fromSnapshot) keepers.set(channel, (keepers.get(channel) ?? 1) - 1);
      if (those.size) return;
      listeners.delete(channel);
      keepers.delete(channel);
      unsubscribe(channel);
    };
  }, [channel, listener, fromSnapshot]);
}

function subscribe(channel: string): void {
  if (useLink.getState().state === "live") send({ op: "subscribe", channels: [channel] });
}

function unsubscribe(channel: string): void {
  if (useLink.getState().state === "live") send({ op: "unsubscribe", channels: [channel] });
}
