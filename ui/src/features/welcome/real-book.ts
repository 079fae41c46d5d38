const portMax = 65_535;

/** The command that begins a book which is no demo, on a port beside this one's so that both can run. */
export function realBookCommand(port: string): string {
  const own = Number(port);
  const beside = own > 0 && own < portMax ? ` --port ${own + 1}` : "";
  return `tradebook up --market simulated${beside}`;
}
