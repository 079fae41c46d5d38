import { History } from "lucide-react";

import { IconButton } from "../design/icon-button";
import { endTravel, openSlider, useMoment } from "../state/moment";

/** Brings the slider through the past above the page, and takes the page back to now. */
export function TravelButton({ className = "" }: { className?: string }) {
  const isTravelling = useMoment((moment) => moment.asOf !== null || moment.isSliderOpen);
  return (
    <IconButton
      label={isTravelling ? "Leave time travel (g h)" : "Travel in time (g h)"}
      aria-pressed={isTravelling}
      className={`aria-pressed:text-accent ${className}`}
      icon={<History />}
      onClick={isTravelling ? endTravel : openSlider}
    />
  );
}
