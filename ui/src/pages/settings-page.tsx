import { Appearance } from "../features/settings/appearance";

/** The person, the book and the server. */
export function SettingsPage() {
  return (
    <div className="mx-auto w-full max-w-3xl space-y-4 p-4">
      <Appearance />
    </div>
  );
}
