import { useAccount } from "../api/accounts";
import { usePrinting } from "../design/printing";
import { useTimes } from "../design/times";
import { useMoment } from "../state/moment";

/** What stands above a page on paper: what it is, of which account, and as of when. */
export function PrintHeading({ place }: { place: string }) {
  const isPrinting = usePrinting();
  const account = useAccount();
  const times = useTimes();
  const asOf = useMoment((moment) => moment.asOf);
  if (!isPrinting) return null;
  return (
    <header className="border-b border-line px-4 py-3">
      <p className="text-lg font-semibold">{[place, account?.name].filter(Boolean).join(" · ")}</p>
      <p className="text-sm text-muted">
        Tradebook, printed {times.full(new Date().toISOString())}
        {asOf !== null && `, as of position ${asOf}`}
      </p>
    </header>
  );
}
