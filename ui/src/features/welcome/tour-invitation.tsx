import { Compass } from "lucide-react";

import { Button } from "../../design/controls";
import { usePreferences } from "../../state/preferences";
import { beginTour, endTour } from "../../state/tour";

/** Offered once, in the page and not over it. */
export function TourInvitation({ className = "" }: { className?: string }) {
  const hasSeenTour = usePreferences((preferences) => preferences.hasSeenTour);
  if (hasSeenTour) return null;
  return (
    <aside
      aria-label="Tour"
      data-print="no"
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-line bg-surface py-2.5 pr-3 pl-4 ${className}`}
    >
      <Compass aria-hidden className="size-4 shrink-0 text-accent" />
      <p className="min-w-0 flex-1">
        New here? <span className="text-muted">Five steps show where everything is.</span>
      </p>
      <Button tone="quiet" onClick={endTour}>
        Not now
      </Button>
      <Button onClick={beginTour}>Take the tour</Button>
    </aside>
  );
}
