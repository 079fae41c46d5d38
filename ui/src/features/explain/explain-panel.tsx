import { lazy, Suspense, useEffect } from "react";

import { Dialog } from "../../design/dialog";
import { Skeleton } from "../../design/panel";
import { explain, useExplained } from "../../state/explained";
import { useMoment } from "../../state/moment";
import { isOfNow, titleOf } from "./recomputed";

const Explanation = lazy(() => import("./explanation").then(({ Explanation }) => ({ default: Explanation })));
const ToldExplanation = lazy(() =>
  import("./explanation").then(({ ToldExplanation }) => ({ default: ToldExplanation })),
);

const parameter = "explain";

/** Beside every page: why the figure that was pressed is what it is. A link may open it too. */
export function ExplainPanel() {
  const { of, told, shown } = useExplained();
  const moment = useMoment((moment) => moment.asOf);
  const asOf = of && isOfNow(of) ? null : moment;
  useEffect(() => {
    const asked = new URLSearchParams(location.search).get(parameter);
    if (asked) explain(asked);
  }, []);
  return (
    <Dialog
      title={told?.title ?? (of ? titleOf(of) : "")}
      note={asOf ? `As of position ${asOf}` : "Why it is what it is"}
      place="side"
      isOpen={of !== null || told !== null}
      onClose={() => {
        explain(null);
      }}
    >
      {told && (
        <Suspense fallback={<Skeleton rows={6} />}>
          <ToldExplanation told={told} shown={shown} />
        </Suspense>
      )}
      {of && (
        <Suspense fallback={<Skeleton rows={10} />}>
          <Explanation key={`${of} ${asOf ?? ""}`} of={of} shown={shown} asOf={asOf} />
        </Suspense>
      )}
    </Dialog>
  );
}

/** The address that opens this page with this explanation. */
export function linkTo(of: string): string {
  const link = new URL(location.href);
  link.searchParams.set(parameter, of);
  return link.href;
}
