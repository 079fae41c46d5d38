import { lazy, Suspense, useEffect } from "react";

import { Dialog } from "../../design/dialog";
import { Skeleton } from "../../design/panel";
import { explain, useExplained } from "../../state/explained";
import { travelTo, useMoment } from "../../state/moment";
import { isOfNow, titleOf } from "./recomputed";

const Explanation = lazy(() => import("./explanation").then(({ Explanation }) => ({ default: Explanation })));
const ToldExplanation = lazy(() =>
  import("./explanation").then(({ ToldExplanation }) => ({ default: ToldExplanation })),
);

const parameter = "explain";
const momentParameter = "as_of";

/** Beside every page: why the figure that was pressed is what it is. A link may open it too. */
export function ExplainPanel() {
  const { of, told, shown } = useExplained();
  const moment = useMoment((moment) => moment.asOf);
  // What a page told of itself it told of now.
  const asOf = told || (of && isOfNow(of)) ? null : moment;
  useEffect(() => {
    const asked = new URLSearchParams(location.search);
    const [of, asOf] = [asked.get(parameter), asked.get(momentParameter)];
    if (asOf && /^[1-9]\d*$/.test(asOf)) travelTo(asOf);
    if (of) explain(of);
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

/** The address that opens this page with this explanation, as of the same position. */
export function linkTo(of: string, asOf: string | null): string {
  const link = new URL(location.href);
  link.searchParams.set(parameter, of);
  if (asOf) link.searchParams.set(momentParameter, asOf);
  else link.searchParams.delete(momentParameter);
  return link.href;
}
