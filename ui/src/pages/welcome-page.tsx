import { Welcome } from "../features/welcome/welcome";

/** The first steps. */
export function WelcomePage() {
  return (
    <div className="px-4">
      <Welcome />
    </div>
  );
}
