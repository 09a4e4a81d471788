/** What administrators ask in a worker: answers come from the main thread, as fast as they are taken. */

import type { ControlQuestion } from "../front_office/administration.ts";
import type { Answer, FromWorker, Question } from "./messages.ts";

/** How the main thread is asked. */
export interface QuestionLine {
  /** The number for a call. */
  nextCall(): number;
  ask(call: number, question: Question): Promise<Extract<Answer, { result: "control" }>>;
  post(message: FromWorker): void;
}

/** See `Administration`. An answer that nobody takes to its end is withdrawn. */
export async function* askToAdminister(
  question: ControlQuestion,
  signal: AbortSignal,
  line: QuestionLine,
): AsyncGenerator<string> {
  const call = line.nextCall();
  let isOver = false;
  const withdraw = (): void => {
    if (!isOver) line.post({ kind: "withdraw", call });
    isOver = true;
  };
  signal.addEventListener("abort", withdraw, { once: true });
  try {
    let piece = await line.ask(call, { ask: "control", ...question });
    while (true) {
      isOver ||= piece.isLast;
      if (piece.text !== "") yield piece.text;
      if (isOver) return;
      piece = await line.ask(line.nextCall(), { ask: "control-more", stream: call });
    }
  } finally {
    signal.removeEventListener("abort", withdraw);
    withdraw();
  }
}
