/** Asking again and again while somebody looks: not in a hidden tab, never twice at once. */

import { useEffect, useState } from "preact/hooks";
import { problemText } from "./control.ts";

/** What was told last, and why the last try brought nothing. */
export interface Polled<Value> {
  readonly value: Value | undefined;
  readonly problem: string | undefined;
  /** Asks at once. */
  refresh(): void;
}

/** So much longer it waits behind a try that failed. */
const TROUBLE_FACTOR = 5;

/** Asks while the view that calls it is shown. `ask` gets what was told before. */
export function usePolling<Value>(
  ask: (before: Value | undefined, signal: AbortSignal) => Promise<Value>,
  everyMs: number,
  key = "",
): Polled<Value> {
  const [state, setState] = useState<{ value?: Value; problem?: string }>({});
  const [wake, setWake] = useState<() => void>(() => () => {});
  useEffect(() => {
    const leaving = new AbortController();
    let timer: number | undefined;
    let isAsking = false;
    let value: Value | undefined;
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      if (isAsking || document.hidden || leaving.signal.aborted) return;
      isAsking = true;
      let waitMs = everyMs;
      try {
        value = await ask(value, leaving.signal);
        if (!leaving.signal.aborted) setState({ value });
      } catch (error) {
        waitMs *= TROUBLE_FACTOR;
        if (!leaving.signal.aborted) setState({ value, problem: problemText(error) });
      }
      isAsking = false;
      if (!leaving.signal.aborted) timer = setTimeout(() => void look(), waitMs);
    };
    const onVisibility = (): void => void look();
    document.addEventListener("visibilitychange", onVisibility);
    setState({});
    setWake(() => () => void look());
    void look();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [everyMs, key]);
  return { value: state.value, problem: state.problem, refresh: wake };
}
