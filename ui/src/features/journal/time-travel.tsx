import { Button } from "../../design/controls";
import { TravelSlider, useTold, useTravel } from "./travel";

/** The slider beside the events that it moves through. */
export function TimeTravel() {
  const travel = useTravel();
  const told = useTold(travel);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-card border border-line bg-surface px-4 py-2">
      <label htmlFor="time-travel" className="text-sm font-medium">
        Time travel
      </label>
      <TravelSlider travel={travel} />
      <span aria-hidden className="min-w-52 text-right text-sm text-muted tabular-nums max-sm:text-left">
        {told}
      </span>
      {!travel.isNow && (
        <Button tone="quiet" size="small" onClick={travel.end}>
          Now
        </Button>
      )}
    </div>
  );
}
