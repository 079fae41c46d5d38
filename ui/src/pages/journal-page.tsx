import { Events } from "../features/journal/events";

/** Everything that happened. */
export function JournalPage() {
  return (
    <div className="flex min-h-0 flex-1 flex-col p-4">
      <Events />
    </div>
  );
}
