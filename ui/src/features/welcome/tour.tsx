import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { Button } from "../../design/controls";
import { type Command, useOffer } from "../../state/commands";
import { beginTour, endTour, showStep, useTour } from "../../state/tour";
import { type Box, cardPlace, type Step, steps } from "./tour-steps";

/** Five steps around the desk, over whatever page is there. Arrow keys move, Escape ends it. */
export function Tour() {
  const at = useTour((tour) => tour.step);
  useOffer(
    useMemo<Command[]>(() => [{ id: "tour", title: "Take the tour", group: "Help", run: beginTour }], []),
  );
  const step = at === null ? undefined : steps[at];
  if (at === null || !step) return null;
  return <Stop key={at} step={step} at={at} />;
}

/** Where the step's target is, followed as the page changes. */
function useTarget(targets: string[]): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const found = targets
        .flatMap((selector) => [...document.querySelectorAll(selector)])
        .map((element) => element.getBoundingClientRect())
        .find((each) => each.width > 0 && each.height > 0);
      setBox(found ? { left: found.left, top: found.top, width: found.width, height: found.height } : null);
    };
    measure();
    window.addEventListener("resize", measure);
    window.addEventListener("scroll", measure, true);
    return () => {
      window.removeEventListener("resize", measure);
      window.removeEventListener("scroll", measure, true);
    };
  }, [targets]);
  return box;
}

function Stop({ step, at }: { step: Step; at: number }) {
  const target = useTarget(step.targets);
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  const isLast = at === steps.length - 1;
  const next = () => {
    if (isLast) endTour();
    else showStep(at + 1);
  };
  const back = () => {
    showStep(Math.max(0, at - 1));
  };
  useEffect(() => {
    const box = card.current?.getBoundingClientRect();
    if (!box) return;
    const page = { width: window.innerWidth, height: window.innerHeight };
    const middle = { left: page.width / 2, top: page.height / 3, width: 0, height: 0 };
    setPlace(cardPlace(target ?? middle, box, page));
  }, [target]);
  const steer = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") next();
    if (event.key === "ArrowLeft") back();
  };
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) endTour();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40" />
        <Spotlight target={target} />
        <Dialog.Content
          ref={card}
          onKeyDown={steer}
          // A press beside it could be meant for what is shown; it does not end the tour.
          onInteractOutside={(event) => {
            event.preventDefault();
          }}
          style={place ?? { left: 16, top: 16 }}
          className={`fixed z-50 w-80 max-w-[calc(100vw-28px)] rounded-card border border-line bg-surface p-4 shadow-float outline-none ${place ? "rise" : "invisible"}`}
        >
          <p className="text-xs text-muted tabular-nums">
            {at + 1} of {steps.length}
          </p>
          <Dialog.Title className="mt-0.5 text-lg font-semibold">{step.title}</Dialog.Title>
          <Dialog.Description className="mt-1 text-muted">{step.text}</Dialog.Description>
          <div className="mt-4 flex items-center gap-2">
            <Button tone="quiet" onClick={endTour} className="mr-auto">
              {isLast ? "Close" : "Skip the tour"}
            </Button>
            {at > 0 && (
              <Button tone="quiet" onClick={back}>
                Back
              </Button>
            )}
            <Button onClick={next} autoFocus>
              {isLast ? "Done" : "Next"}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Light on the target and shade on all else. */
function Spotlight({ target }: { target: Box | null }) {
  const air = 6;
  return (
    <div
      aria-hidden
      className="pointer-events-none fixed z-40 rounded-card shadow-[0_0_0_200vmax_color-mix(in_srgb,var(--color-ground)_72%,transparent)] outline-2 outline-accent motion-safe:transition-all motion-safe:duration-150"
      style={
        target
          ? {
              left: target.left - air,
              top: target.top - air,
              width: target.width + 2 * air,
              height: target.height + 2 * air,
            }
          : { left: "50%", top: "33%", width: 0, height: 0 }
      }
    />
  );
}
