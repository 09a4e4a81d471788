/** What stands in place of content: that there is none, or why it cannot be shown. */

import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./icon.tsx";

/** A message in the middle of a view, with what can be done about it. */
export function Message(
  { icon, title, text, children }: {
    icon: IconName;
    title: string;
    text?: string;
    children?: ComponentChildren;
  },
): JSX.Element {
  return (
    <div class="message" role="status">
      <Icon name={icon} size={48} />
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div class="message-acts">{children}</div>}
    </div>
  );
}
