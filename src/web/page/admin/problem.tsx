/** A line above a part that could not be brought up to date. */

import type { JSX } from "preact";
import { t } from "../i18n.ts";
import { Button } from "../kit/button.tsx";
import { Icon } from "../kit/icon.tsx";
import { COMMON } from "../texts/common.ts";
import type { Polled } from "./polling.ts";

export function Problem({ of: { problem, refresh } }: { of: Polled<unknown> }): JSX.Element | null {
  if (problem === undefined) return null;
  return (
    <div class="admin-problem" role="alert">
      <Icon name="warning" />
      <span>{problem}</span>
      <Button icon="refresh" onClick={refresh}>{t(COMMON.tryAgain)}</Button>
    </div>
  );
}
