/** One line of RFC 4180; what a spreadsheet would run as a formula is kept from it by a quote, decimals are not. */
function line(cells: readonly string[]): string {
  return cells
    .map((cell) => {
      const harmless = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(cell) ? `'${cell}` : cell;
      return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
    })
    .join(",");
}

/** A table as RFC 4180 has it. */
export function csv(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, ...rows].map((row) => `${line(row)}\r\n`).join("");
}

/** Hand a text to the person as a file. */
export function save(name: string, text: string, type = "text/csv"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
