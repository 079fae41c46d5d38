import type { SubmitEvent } from "react";

/** The text fields of a submitted form, by name, and of the button that submitted it; blanks at the ends go. */
export function textsOf(event: SubmitEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.currentTarget, event.nativeEvent.submitter);
  return (name) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
}
