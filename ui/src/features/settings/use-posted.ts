import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { OnceKeys } from "../../api/once-keys";

interface Once {
  "Idempotency-Key": string;
}

/**
 * Something that is made by a POST: sending it again after no answer came makes it once. Afterwards the lists named by
 * `changes` are asked again.
 */
export function usePosted<Body, Answer>(
  post: (body: Body, header: Once) => Promise<Answer>,
  { changes, onDone }: { changes: string[]; onDone?: (answer: Answer) => void },
) {
  const queries = useQueryClient();
  const [keys] = useState(() => new OnceKeys());
  return useMutation({
    mutationFn: (body: Body) => post(body, { "Idempotency-Key": keys.keyFor(body) }),
    onSettled: (_, error, body) => {
      keys.settle(body, error);
      for (const change of changes) void queries.invalidateQueries({ queryKey: [change] });
    },
    onSuccess: (answer) => {
      onDone?.(answer);
    },
  });
}
