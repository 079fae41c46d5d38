import { Button } from "../../design/controls";
import { Dialog } from "../../design/dialog";
import { useTimes } from "../../design/times";
import { CopyField } from "./copy";
import type { OneTimeLink } from "./queries";
import { linkAt } from "./words";

/** A link that works once, shown this once. */
export function LinkToHandOver({
  link,
  to,
  onClose,
}: {
  link: OneTimeLink;
  to: string;
  onClose: () => void;
}) {
  const times = useTimes();
  return (
    <Dialog
      title={`A link for ${to}`}
      note={`It works once, until ${times.date(link.expires_at)}, ${times.time(link.expires_at)}, and is shown only here.`}
      isOpen
      onClose={onClose}
      footer={<Button onClick={onClose}>Done</Button>}
    >
      <div className="space-y-3">
        <CopyField label="Link" value={linkAt(location.origin, link.path)} />
        <p className="text-sm text-muted">
          Hand it over on a way that only they read: whoever opens it first becomes {to}. This server sends no
          mail.
        </p>
      </div>
    </Dialog>
  );
}
