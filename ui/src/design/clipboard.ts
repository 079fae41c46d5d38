import { useEffect, useState } from "react";

import { tell } from "../state/toasts";

const shownMs = 2_000;
/** Up to so many characters fit where they are told to be copied by hand. */
const toldMax = 200;

/** Put `text` into the clipboard. False where the browser does not let the page. */
async function intoClipboard(text: string): Promise<boolean> {
  try {
    // Without TLS there is no `navigator.clipboard` at all, and it may refuse.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return markedIntoClipboard(text);
  }
}

/** The way that pages without TLS have: mark the text and copy what is marked. Dialogs keep the focus meanwhile. */
function markedIntoClipboard(text: string): boolean {
  const copied = document.createElement("span");
  copied.textContent = text;
  copied.ariaHidden = "true";
  copied.style.cssText = "position:fixed;top:0;clip-path:inset(50%);white-space:pre;user-select:text";
  document.body.append(copied);
  const selection = getSelection();
  try {
    const range = document.createRange();
    range.selectNodeContents(copied);
    selection?.removeAllRanges();
    selection?.addRange(range);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else copies where a page comes without TLS
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    selection?.removeAllRanges();
    copied.remove();
  }
}

/**
 * Copying with one press. `copy` says whether it worked; where it did not, and the caller has no way of its own
 * (`isTold` false), the text is shown to be copied by hand.
 */
export function useCopying(text: string, isTold = true) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => {
      setCopied(false);
    }, shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isCopied]);
  const copy = async () => {
    const isDone = await intoClipboard(text);
    setCopied(isDone);
    if (!isDone && isTold)
      tell({
        tone: "attention",
        title: "The browser does not let the page copy",
        detail:
          text.length <= toldMax
            ? `To be copied by hand: ${text}`
            : "Mark the text on the page and press Ctrl C.",
      });
    return isDone;
  };
  return { isCopied, copy };
}
