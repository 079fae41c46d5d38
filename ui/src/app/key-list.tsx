import { Dialog } from "../design/dialog";
import { Keys } from "../design/keys";
import { useCommands } from "../state/commands";

/** Every key that does something here. */
export function KeyList({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const commands = useCommands((state) => state.commands);
  return (
    <Dialog title="Keys" note="They work wherever you are not typing." isOpen={isOpen} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2.5">
        <dt>
          <Keys keys="Ctrl K" />
        </dt>
        <dd>Search or do</dd>
        {commands.map(
          ({ id, keys, title }) =>
            keys && (
              <div key={id} className="contents">
                <dt>
                  <Keys keys={keys} />
                </dt>
                <dd>{title}</dd>
              </div>
            ),
        )}
      </dl>
    </Dialog>
  );
}
