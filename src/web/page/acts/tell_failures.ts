/** One notice about all that failed of an act. */

import { refusalText } from "../api.ts";
import { t } from "../i18n.ts";
import { toast } from "../kit/toast.tsx";
import { FAILURES } from "../texts/moves.ts";

/** Says what failed, in one notice. */
export function tellFailures(failures: readonly { name: string; error: unknown }[]): void {
  const [{ name, error }] = failures as [{ name: string; error: unknown }];
  const reason = refusalText(error);
  toast({
    kind: "error",
    text: failures.length === 1
      ? t(FAILURES.failedFor, { name, reason })
      : t(FAILURES.failedMany, { count: failures.length, name, reason }),
  });
}
