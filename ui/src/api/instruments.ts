import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { usePreferences } from "../state/preferences";
import { answered, api } from "./client";
import type { Instrument } from "./types";

/** What open orders and holdings need comes and goes. */
const askedEveryMs = 60_000;
const openedMax = 20;
const foundMax = 20;

const keyOf = (opened: readonly string[]) => ["instruments", ...opened];

/** What has prices all the time, and what this person has opened besides. */
export function useInstruments() {
  const opened = usePreferences((preferences) => preferences.openedInstruments);
  return useQuery({
    queryKey: keyOf(opened),
    queryFn: () => instrumentsWith(opened),
    staleTime: askedEveryMs,
    refetchInterval: askedEveryMs,
    placeholderData: keepPreviousData,
  });
}

/** The instrument with this id, once it is known. */
export function useInstrument(instrumentId: string) {
  return useInstruments().data?.find((each) => each.instrument_id === instrumentId);
}

/** What the venues list under the words that were typed, the best first; nothing where nothing was typed. */
export function useFoundInstruments(typed: string) {
  const search = typed.trim().slice(0, 64);
  return useQuery({
    queryKey: ["found instruments", search],
    queryFn: async () => {
      const query = { search, limit: foundMax };
      return (await answered(api.GET("/v1/instruments", { params: { query } }))).items;
    },
    enabled: search !== "",
    staleTime: askedEveryMs,
    placeholderData: keepPreviousData,
  });
}

/** Opens an instrument of a venue: from now on it is among those that this device shows. */
export function useOpenInstrument() {
  const { openedInstruments, prefer } = usePreferences();
  const queries = useQueryClient();
  return useCallback(
    (instrument: Instrument) => {
      const others = openedInstruments.filter((each) => each !== instrument.instrument_id);
      const opened = [instrument.instrument_id, ...others].slice(0, openedMax);
      const known = queries.getQueryData<Instrument[]>(keyOf(openedInstruments)) ?? [];
      // It is there at once, not only when the list has been read again.
      queries.setQueryData(keyOf(opened), withMissing(known, [instrument]));
      prefer({ openedInstruments: opened });
    },
    [openedInstruments, prefer, queries],
  );
}

async function instrumentsWith(opened: readonly string[]): Promise<Instrument[]> {
  const { items } = await answered(api.GET("/v1/instruments"));
  const unknown = opened.filter((id) => !items.some((each) => each.instrument_id === id));
  const found = await Promise.all(unknown.map(instrumentCalled));
  const listed = withMissing(
    items,
    found.filter((each) => each !== null),
  );
  // By what people read: a perpetual comes after the pair that it follows.
  return listed.sort((a, b) => a.symbol.localeCompare(b.symbol) || a.venue.localeCompare(b.venue));
}

/** Null where no venue lists it any more, or its venue has not answered yet. */
async function instrumentCalled(instrument: string): Promise<Instrument | null> {
  const params = { path: { instrument } };
  return answered(api.GET("/v1/instruments/{instrument}", { params })).catch(() => null);
}

function withMissing(known: readonly Instrument[], more: readonly Instrument[]): Instrument[] {
  const ids = new Set(known.map((each) => each.instrument_id));
  return [...known, ...more.filter((each) => !ids.has(each.instrument_id))];
}
