import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** How every menu looks. */
export const menuLook =
  "rise z-50 max-h-[70vh] min-w-48 overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-float";

/** A menu that `trigger` (a button) opens. */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align="end" sideOffset={6} collisionPadding={8} className={menuLook}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const item =
  "relative flex h-8 cursor-pointer items-center gap-2 rounded-control px-2 pl-8 text-sm outline-none select-none data-[disabled]:cursor-default data-[disabled]:opacity-50 data-[highlighted]:bg-raised touch:h-11 [&>svg]:absolute [&>svg]:left-2 [&>svg]:size-4";

/** Something that the menu does. */
export function MenuItem({
  icon,
  onChoose,
  isDisabled = false,
  children,
}: {
  icon?: ReactNode;
  onChoose: () => void;
  isDisabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Item className={item} disabled={isDisabled} onSelect={onChoose}>
      {icon}
      {children}
    </Radix.Item>
  );
}

/** A choice of one among several, with a heading. */
export function MenuChoice<Value extends string>({
  label,
  options,
  value,
  onChoose,
}: {
  label: string;
  options: Record<Value, ReactNode>;
  value: Value;
  onChoose: (value: Value) => void;
}) {
  return (
    <>
      <MenuLabel>{label}</MenuLabel>
      <Radix.RadioGroup
        value={value}
        onValueChange={(chosen) => {
          onChoose(chosen as Value);
        }}
      >
        {(Object.entries(options) as [Value, ReactNode][]).map(([each, title]) => (
          <Radix.RadioItem key={each} value={each} className={item}>
            <Radix.ItemIndicator asChild>
              <Check aria-hidden />
            </Radix.ItemIndicator>
            {title}
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  );
}

/** Something that is on or off; choosing it leaves the menu open, for there may be more to choose. */
export function MenuCheck({
  isChecked,
  onCheck,
  children,
}: {
  isChecked: boolean;
  onCheck: (isChecked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Radix.CheckboxItem
      className={item}
      checked={isChecked}
      onCheckedChange={onCheck}
      onSelect={(event) => {
        event.preventDefault();
      }}
    >
      <Radix.ItemIndicator asChild>
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-2 pb-1 text-xs text-muted">{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}
