/** Buttons: with a text, or with an icon alone and a label for those who do not see it. */

import type { ButtonHTMLAttributes, ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type ButtonAttributes = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label"> & {
  disabled?: boolean;
};

/** A button with a text. `kind` says how much it matters. */
export function Button(
  { kind = "plain", icon, children, class: extra = "", ...rest }: ButtonAttributes & {
    kind?: "plain" | "primary" | "danger";
    icon?: IconName;
    children: ComponentChildren;
  },
): JSX.Element {
  return (
    <button type="button" class={`button button-${kind} ${extra}`} {...rest}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

/** A button that shows an icon alone; `label` is what it does. */
export function IconButton(
  { icon, label, class: extra = "", ...rest }: ButtonAttributes & { icon: IconName; label: string },
): JSX.Element {
  return (
    <button type="button" class={`icon-button ${extra}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
