import { useQuery } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { components } from "../../api/generated/schema";
import { useMay } from "../../api/me";

type Schemas = components["schemas"];
export type ApiKey = Schemas["Key"];
export type Member = Schemas["Member"];
export type OneTimeLink = Schemas["Link"];
export type Party = Schemas["Party"];
export type SignedIn = Schemas["Session"];
export type SystemReport = Schemas["SystemReport"];
export type View = Schemas["ProjectionHealth"];

const all = { params: { query: { limit: 500 } } };

/** Where the person is signed in. */
export function useSessions() {
  return useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await answered(api.GET("/v1/auth/sessions", all))).items,
  });
}

/** Live API keys: the own ones, and everybody's for who manages members. */
export function useKeys() {
  return useQuery({
    queryKey: ["keys"],
    queryFn: async () => (await answered(api.GET("/v1/auth/keys", all))).items,
  });
}

/** Everybody who is invited or active; asked for only by who may see them. */
export function useMembers() {
  const mayAdminister = useMay("admin");
  return useQuery({
    queryKey: ["members"],
    queryFn: async () => (await answered(api.GET("/v1/members", all))).items,
    enabled: mayAdminister,
  });
}

/** The parties that the person sees. */
export function useParties() {
  return useQuery({
    queryKey: ["parties"],
    queryFn: async () => (await answered(api.GET("/v1/parties", all))).items,
  });
}

const slowMs = 10_000;
const fastMs = 1_000;

/** How the server is: asked again every so often, and more often while a view is being rebuilt. */
export function useSystem() {
  return useQuery({
    queryKey: ["system"],
    queryFn: () => answered(api.GET("/v1/system")),
    refetchInterval: ({ state }) =>
      state.data?.projections?.some((view) => view.is_rebuilding) ? fastMs : slowMs,
  });
}

/** What checks the signatures of the journal's checkpoints. */
export function useCheckpointKey() {
  return useQuery({
    queryKey: ["checkpoint key"],
    queryFn: () => answered(api.GET("/.well-known/tradebook-checkpoint-key")),
    staleTime: Infinity,
  });
}
