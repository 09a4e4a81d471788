/**
 * Parts of the page that most visits do without: they are brought when they are wanted for the first time.
 */

import { h, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { COMMON } from "../texts/common.ts";
import { Button } from "./button.tsx";
import { Message } from "./message.tsx";

/** A part as a component. */
type Part<Props> = (props: Props) => JSX.Element | null;

/**
 * A component whose code is loaded when it is first rendered.
 *
 * @param load Imports it: `() => import("./part.tsx").then(({ Part }) => Part)`.
 */
export function lazy<Props extends object>(load: () => Promise<Part<Props>>): Part<Props> {
  let loaded: Part<Props> | undefined;
  return function Lazy(props) {
    const [state, setState] = useState<"loading" | "there" | "gone">(loaded ? "there" : "loading");
    useEffect(() => {
      if (loaded) return;
      load().then((part) => {
        loaded = part;
        setState("there");
      }, () => setState("gone"));
    }, []);
    // Hooks of the part are its own only where it is a component of its own.
    if (loaded) return h(loaded, props);
    return state === "gone" ? <Gone /> : <p class="visually-hidden" role="status">{t(COMMON.loading)}</p>;
  };
}

/** The server has another page by now, or does not answer: a fresh one has all its parts. */
function Gone(): JSX.Element {
  return (
    <Message icon="warning" title={t(COMMON.partGone)}>
      <Button icon="refresh" onClick={() => location.reload()}>{t(COMMON.reload)}</Button>
    </Message>
  );
}
