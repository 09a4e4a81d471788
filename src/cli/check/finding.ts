/** What a check finds, and how a person reads it. */

import { printable } from "../../protocol/reply.ts";
import { wrap } from "../help.ts";

/** How well something stands; `unknown` where it could not be looked at. */
export type Outcome = "fine" | "advice" | "broken" | "unknown";

/** One thing that was looked at. */
export interface Finding {
  /** What it is about, such as `Home of alice`. */
  readonly subject: string;
  readonly outcome: Outcome;
  /** What was found: a sentence without a period. */
  readonly text: string;
  /** The next step, where there is one. */
  readonly remedy?: string;
}

/** All of it in one word and the one thing to change. */
export interface Verdict {
  readonly isReady: boolean;
  readonly text: string;
}

const MARKS: Readonly<Record<Outcome, string>> = {
  fine: "ok",
  advice: "advice",
  broken: "WRONG",
  unknown: "?",
};
const COLORS: Readonly<Record<Outcome, string>> = { fine: "32", advice: "33", broken: "31", unknown: "2" };
const MARK_WIDTH = 8, MOST_SUBJECT_WIDTH = 24, LEAST_WIDTH = 20;
const ARROW = "-> ";

/** How findings are shown. */
export interface FindingStyle {
  readonly colors: boolean;
  /** Those of the terminal, where lines are broken at blanks; Infinity where there is none. */
  readonly columns: number;
}

/** The findings as lines, each with what to do below it. */
export function findingLines(findings: readonly Finding[], { colors, columns }: FindingStyle): string[] {
  const width = Math.min(Math.max(...findings.map(({ subject }) => subject.length)), MOST_SUBJECT_WIDTH);
  return findings.flatMap(({ subject, outcome, text, remedy }) => {
    const mark = MARKS[outcome].padEnd(MARK_WIDTH);
    const shown = colors ? `\x1b[${COLORS[outcome]}m${mark}\x1b[0m` : mark;
    const head = printable(subject.padEnd(width)) + "  ";
    const [first = "", ...more] = hanging(text, { indent: MARK_WIDTH + head.length, columns });
    const steps = remedy === undefined ? [] : hanging(remedy, { indent: MARK_WIDTH + ARROW.length, columns });
    return [
      shown + head + first.trimStart(),
      ...more,
      ...steps.map((step, at) => at === 0 ? " ".repeat(MARK_WIDTH) + ARROW + step.trimStart() : step),
    ];
  });
}

/** A text as lines behind an indent. */
function hanging(text: string, { indent, columns }: { indent: number; columns: number }): string[] {
  const lines = wrap(printable(text).split(" "), Math.max(columns - indent, LEAST_WIDTH));
  return lines.map((line) => " ".repeat(indent) + line);
}

/** The verdict, with the one thing to change first. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const broken = findings.filter(({ outcome }) => outcome === "broken");
  const advice = findings.filter(({ outcome }) => outcome === "advice");
  const [first] = broken.length > 0 ? broken : advice;
  const step = first && (first.remedy ?? `${first.subject}: ${first.text}`);
  if (broken.length > 0) {
    const count = broken.length === 1 ? "one thing is wrong" : `${broken.length} things are wrong`;
    return { isReady: false, text: `Not ready: ${count}. First: ${step}` };
  }
  return {
    isReady: true,
    text: first ? `Ready. One thing could be better: ${step}` : "Ready: everything works",
  };
}
