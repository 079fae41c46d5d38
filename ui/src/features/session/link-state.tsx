import { retryNow, useLink } from "../../api/live";
import { Button } from "../../design/controls";
import { useNow } from "../../design/clock";
import { useTimes } from "../../design/times";

const words = { connecting: "connecting", live: "live", offline: "offline", closed: "signed out" };

/** Whether the page is live, in a word. */
export function LinkState() {
  const state = useLink((link) => link.state);
  return (
    <p role="status" className="flex items-center gap-2 text-xs whitespace-nowrap text-muted">
      <span
        aria-hidden
        className={`size-2 shrink-0 rounded-full ${state === "live" ? "bg-gain" : "bg-attention"}`}
      />
      {/* On phones the account's name needs the room more than a word that says all is well. */}
      <span className={state === "live" ? "max-sm:sr-only" : ""}>{words[state]}</span>
      {state === "offline" && <span className="sr-only">, trying again</span>}
    </p>
  );
}

/** Shown while the page is cut off from the server: as of when it is true, and what happens next. */
export function CutOff() {
  const { state, liveAt, retryAt, isLost } = useLink();
  const now = useNow();
  const times = useTimes();
  if (state === "live" || state === "closed" || !isLost) return null;
  const waitS = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000));
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-b border-attention/50 bg-attention/10 px-4 py-2.5">
      <p>
        {liveAt === null ? (
          <>
            <span className="font-medium">The server’s stream does not answer.</span> Orders, positions and
            balances come through it. A proxy before the server may not let WebSockets pass.
          </>
        ) : (
          <>
            <span className="font-medium">The server does not answer.</span> What you see is as of{" "}
            <span className="tabular-nums">{times.time(new Date(liveAt).toISOString())}</span>; it follows
            again by itself.
          </>
        )}
      </p>
      <Button
        tone="quiet"
        className="border-attention/60 text-text"
        onClick={retryNow}
        disabled={state === "connecting"}
      >
        {state === "connecting" ? "Connecting …" : `Try now (${String(waitS)} s)`}
      </Button>
    </div>
  );
}
