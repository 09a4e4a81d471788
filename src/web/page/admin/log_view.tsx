/** The last lines of the log, and those that come, by how much they matter. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { language, t } from "../i18n.ts";
import { CheckField, SelectField } from "../kit/field.tsx";
import { ADMIN } from "../texts/admin.ts";
import { act } from "./control.ts";
import type { LogLevel, LogLineFacts } from "./facts.ts";
import { usePolling } from "./polling.ts";
import { Problem } from "./problem.tsx";

/** What the view keeps. */
interface Tail {
  readonly lines: readonly LogLineFacts[];
  readonly last: number;
}

const EVERY_MS = 1000;
const MOST_LINES = 500;
/** Nearer to the end than that the view follows it, CSS pixels. */
const AT_END_PX = 40;

export function LogView(): JSX.Element {
  const [level, setLevel] = useState<LogLevel>("info");
  const [isHeld, setHeld] = useState(false);
  const tail = usePolling<Tail>(
    (before, signal) => isHeld && before ? Promise.resolve(before) : askTail(level, before, signal),
    EVERY_MS,
    `${level} ${isHeld}`,
  );
  // What was there stays in sight while it is held, and while another level is asked for.
  const [kept, setKept] = useState<readonly LogLineFacts[]>([]);
  const lines = isHeld ? kept : tail.value?.lines ?? [];
  return (
    <section class="admin-card admin-log">
      <Problem of={tail} />
      <div class="admin-head">
        <h2>{t(ADMIN.log)}</h2>
        <CheckField
          label={t(ADMIN.hold)}
          value={isHeld}
          onChange={(isWanted) => {
            setKept(lines);
            setHeld(isWanted);
          }}
        />
        <SelectField
          label={t(ADMIN.level)}
          value={level}
          onChoice={setLevel}
          choices={[
            { value: "debug", label: t(ADMIN.debug) },
            { value: "info", label: t(ADMIN.info) },
            { value: "warning", label: t(ADMIN.warning) },
            { value: "error", label: t(ADMIN.error) },
          ]}
        />
      </div>
      <Lines lines={lines} />
    </section>
  );
}

async function askTail(level: LogLevel, before: Tail | undefined, signal: AbortSignal): Promise<Tail> {
  const params = { level, lines: MOST_LINES, ...before && { after: before.last } };
  const { items, result } = await act<{ last: number }, LogLineFacts>("log", params, signal);
  // A server that was started anew counts from the beginning.
  if (before && result.last < before.last) return await askTail(level, undefined, signal);
  return { lines: [...before?.lines ?? [], ...items].slice(-MOST_LINES), last: result.last };
}

function Lines({ lines }: { lines: readonly LogLineFacts[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isAtEnd.current) box.current!.scrollTop = box.current!.scrollHeight;
  }, [lines]);
  const time = new Intl.DateTimeFormat(language.value, { timeStyle: "medium" });
  return (
    <div
      ref={box}
      class="log-lines"
      role="region"
      aria-label={t(ADMIN.log)}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
      }}
    >
      {lines.length === 0 && <p class="admin-empty">{t(ADMIN.noLines)}</p>}
      {lines.map(({ number, at, level, text }) => (
        <p key={number} class={`log-line log-${level}`}>
          <time dateTime={at}>{time.format(Date.parse(at))}</time>
          <b>{t(ADMIN[level])}</b>
          <span>{text}</span>
        </p>
      ))}
    </div>
  );
}
