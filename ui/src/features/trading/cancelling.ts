import { useMutation } from "@tanstack/react-query";

import { useTakeIn } from "../../api/book";
import { answered, api, Refused } from "../../api/client";
import { tell } from "../../state/toasts";

/** Cancels an order by its id; an answer that is missing is told as what it is. */
export function useCancel() {
  const takeIn = useTakeIn();
  return useMutation({
    mutationFn: async (orderId: string) =>
      answered(api.DELETE("/v1/orders/{order_id}", { params: { path: { order_id: orderId } } })),
    onSuccess: takeIn,
    onError: (error) => {
      const isKnown = error instanceof Refused && error.wasAnswered;
      tell({
        title: isKnown ? "Not cancelled" : "No answer yet: it may have been cancelled",
        detail: error.message,
        tone: "attention",
      });
    },
  });
}
