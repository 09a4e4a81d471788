/** Brings the operator's view when it is wanted: most people who open the page never see it. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { Message } from "../kit/message.tsx";
import { COMMON } from "../texts/common.ts";

export function LazyAdmin(): JSX.Element {
  const [View, setView] = useState<() => JSX.Element>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    import("./admin_view.tsx").then(
      ({ AdminView }) => setView(() => AdminView),
      (error) => setProblem(String(error)),
    );
  }, []);
  if (View) return <View />;
  return <Message icon="server" title={problem ?? t(COMMON.loading)} />;
}
