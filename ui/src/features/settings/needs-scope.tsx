import { useMe } from "../../api/me";
import { Empty } from "../../design/panel";
import { roles, type Scope, scopes } from "./words";

/** Stands where something would be that the person may not see or do: what is needed, and who gives it. */
export function NeedsScope({ scope, what }: { scope: Scope; what: string }) {
  const me = useMe().data;
  return (
    <Empty title={`${what} need the scope “${scope}”`}>
      {me ? `Your role here is ${roles[me.role].title.toLowerCase()}. ` : ""}
      {scopes[scope].title}: {scopes[scope].note.toLowerCase()} An owner of the book can give it to you.
    </Empty>
  );
}
