import { spoken } from "../../design/words";
import { useAccounts } from "../../api/accounts";
import { figure } from "../../design/figures";
import { SaveAsCsv } from "../../design/table";
import { useTimes } from "../../design/times";
import { explain } from "../../state/explained";
import { inputFile } from "./files";
import { EventLink, linked, Part } from "./parts";
import type { Document } from "./use-explanation";

/** What the formula is given, each with where it is from. */
export function Inputs({ inputs }: { inputs: Document["inputs"] }) {
  const times = useTimes();
  const { data: accounts = [] } = useAccounts();
  const named = (name: string) =>
    accounts
      .reduce((text, account) => text.replace(account.account_id, account.name), name)
      .replaceAll(":", ", ");
  if (!inputs.length) return null;
  return (
    <Part title="Inputs" aside={<SaveAsCsv name="inputs" columns={inputFile} rows={() => inputs} />}>
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">Inputs of the formula</caption>
        <tbody>
          {inputs.map(({ name, value, unit, source, at, position, of }) => (
            <tr
              key={`${name} ${of ?? ""} ${source ?? ""}`}
              className="border-t border-line/60 first:border-0"
            >
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {named(spoken(name))}
                {(source ?? at) && (
                  <span className="block text-xs text-muted">
                    {[source, at && times.full(at)].filter(Boolean).join(", ")}
                  </span>
                )}
              </th>
              <td className="text-right wrap-anywhere">
                <Known position={position ?? null} of={of ?? null}>
                  {value === null ? "unknown" : figure(value)}
                </Known>
                {unit && <span className="ml-1.5 text-xs text-muted">{unit}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** An input leads to its own explanation, or to the event that set it. */
function Known({ position, of, children }: { position: string | null; of: string | null; children: string }) {
  if (of)
    return (
      <button
        type="button"
        title="Explain"
        className={`figure cursor-help ${linked}`}
        onClick={() => {
          explain(of, children);
        }}
      >
        {children}
      </button>
    );
  return position ? <EventLink position={position}>{children}</EventLink> : children;
}
