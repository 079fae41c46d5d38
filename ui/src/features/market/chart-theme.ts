/** Tokens as the canvas wants them: it knows no variables, and no colour that depends on the theme. */
export interface ChartTheme {
  ground: string;
  surface: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  gain: string;
  loss: string;
  font: string;
}

/** Read the tokens as they are now, where `place` stands. */
export function readTheme(place: HTMLElement): ChartTheme {
  const probe = document.createElement("span");
  place.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(--color-${token})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    ground: colour("ground"),
    surface: colour("surface"),
    line: colour("line"),
    text: colour("text"),
    muted: colour("muted"),
    accent: colour("accent"),
    gain: colour("gain"),
    loss: colour("loss"),
    font: getComputedStyle(place).fontFamily,
  };
  probe.remove();
  return theme;
}

/** The same colour, as opaque as `alpha`, from 0 to 1. */
export function translucent(colour: string, alpha: number): string {
  const [red = "0", green = "0", blue = "0"] = colour.match(/\d+(\.\d+)?/g) ?? [];
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** Call `changed` whenever the theme or the colours may look different; returns how to stop that. */
export function watchTheme(changed: () => void): () => void {
  const attributes = new MutationObserver(changed);
  attributes.observe(document.documentElement, { attributeFilter: ["data-theme", "data-colours"] });
  const system = matchMedia("(prefers-color-scheme: light)");
  system.addEventListener("change", changed);
  return () => {
    attributes.disconnect();
    system.removeEventListener("change", changed);
  };
}
