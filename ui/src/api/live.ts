import { useEffect } from "react";
import { create } from "zustand";

import { useSession } from "./session";

/** One frame of `/v1/stream`: journal channels carry `position`, market channels carry `sequence`. */
export interface Frame {
  channel: string;
  type?: "snapshot" | "change";
  position?: number;
  data: unknown;
}

type Listener = (frame: Frame) => void;
type Link = "connecting" | "live" | "offline";

/** Whether the one socket of this tab is connected. */
export const useLink = create<{ state: Link }>(() => ({ state: "connecting" }));

const listeners = new Map<string, Set<Listener>>();
let socket: WebSocket | null = null;
let attempts = 0;

const backoffMs = () => Math.min(10_000, 250 * 2 ** attempts) * (0.5 + Math.random() / 2);

function send(frame: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function connect(token: string): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/v1/stream`);
  socket = opened;
  useLink.setState({ state: "connecting" });
  opened.onopen = () => {
    attempts = 0;
    opened.send(JSON.stringify({ op: "auth", token }));
    if (listeners.size) opened.send(JSON.stringify({ op: "subscribe", channels: [...listeners.keys()] }));
    useLink.setState({ state: "live" });
  };
  opened.onmessage = (message: MessageEvent<string>) => {
    const frame = JSON.parse(message.data) as Frame;
    listeners.get(frame.channel)?.forEach((listener) => {
      listener(frame);
    });
  };
  opened.onclose = () => {
    if (socket !== opened) return;
    useLink.setState({ state: "offline" });
    attempts += 1;
    setTimeout(() => {
      const { accessToken } = useSession.getState();
      if (socket === opened && accessToken) connect(accessToken);
    }, backoffMs());
  };
}

/** Keep the tab's socket open while someone is signed in. */
export function useLiveConnection(): void {
  const token = useSession((session) => session.accessToken);
  useEffect(() => {
    if (!token) return;
    connect(token);
    return () => {
      const closing = socket;
      socket = null;
      closing?.close();
    };
  }, [token]);
}

/** Call `listener` for every frame of `channel`; a reconnect subscribes again and begins with a snapshot. */
export function useChannel(channel: string, listener: Listener): void {
  useEffect(() => {
    const those = listeners.get(channel) ?? new Set<Listener>();
    those.add(listener);
    if (those.size === 1) {
      listeners.set(channel, those);
      send({ op: "subscribe", channels: [channel] });
    }
    return () => {
      those.delete(listener);
      if (!those.size) {
        listeners.delete(channel);
        send({ op: "unsubscribe", channels: [channel] });
      }
    };
  }, [channel, listener]);
}
