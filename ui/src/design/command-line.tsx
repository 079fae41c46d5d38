import { Copy } from "./copy";

/** A command to run on the server's machine, to be copied. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className="flex items-center gap-2 rounded-control border border-line bg-ground py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 overflow-x-auto font-mono text-sm whitespace-nowrap" tabIndex={0}>
        {command}
      </code>
      <Copy text={command} label="Copy the command" />
    </div>
  );
}
