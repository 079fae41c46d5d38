import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";

import { Button, Field, Problem } from "../../design/controls";
import { Dialog } from "../../design/dialog";

/** A question before something that cannot be undone; with `word`, it has to be typed. Its refusal stays in sight. */
export function Confirm<Answer>({
  title,
  word,
  button,
  tone = "loss",
  act,
  onClose,
  onDone = onClose,
  children,
}: {
  title: string;
  /** What has to be typed first. */
  word?: string;
  /** What pressing it does: a verb. */
  button: string;
  tone?: "loss" | "accent";
  act: () => Promise<Answer>;
  /** Else it closes. */
  onDone?: (answer: Answer) => void;
  onClose: () => void;
  /** What it means. */
  children: ReactNode;
}) {
  const form = useId();
  const [typed, setTyped] = useState("");
  const acting = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button tone="quiet" onClick={onClose}>
            Keep it as it is
          </Button>
          <Button
            type="submit"
            form={form}
            tone={tone}
            disabled={acting.isPending || (word !== undefined && typed.trim() !== word)}
          >
            {button}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          acting.mutate();
        }}
      >
        <div>{children}</div>
        {word !== undefined && (
          <Field
            label={`Type ${word} to go on`}
            value={typed}
            autoComplete="off"
            autoFocus
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
        )}
        {acting.error && <Problem>{acting.error.message}</Problem>}
      </form>
    </Dialog>
  );
}
