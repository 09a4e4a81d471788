/**
 * One request of an upload and its answer, whatever carries it: XMLHttpRequest in the page, fetch in tests.
 */

export interface ExchangeRequest {
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob;
  /** How much of the body is on its way. */
  readonly onSentBytes?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly status: number;
  header(name: string): string | null;
  readonly text: string;
}

/**
 * Sends one request.
 *
 * @throws {UploadFailure} with the code `network` when no answer comes, and the signal's reason when it is
 * stopped.
 */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>;

/** An upload, or a step of one, that did not go as it should. */
export class UploadFailure extends Error {
  override name = "UploadFailure";

  constructor(
    /** A word of the server's errors (`denied`, `quota`, …), `network`, or `changed` for a file that did. */
    readonly code: string,
    /** The status of the answer, or 0 without one. */
    readonly status: number,
    message: string,
    /** How long the server wants to be left alone, milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  /** True when the refusal is about the name alone. */
  get isTaken(): boolean {
    return this.code === "exists" || this.status === 412;
  }
}

/** Words for answers that come without one, as from a proxy in between. */
const CODES: ReadonlyMap<number, string> = new Map([
  [401, "sign-in"],
  [403, "denied"],
  [404, "not-found"],
  [405, "exists"],
  [410, "not-found"],
  [412, "exists"],
  [413, "too-large"],
  [423, "busy"],
  [429, "limit"],
  [503, "limit"],
  [507, "disk-full"],
]);

/** What an answer that is no success means. */
export function failureOf(answer: ExchangeAnswer): UploadFailure {
  const said = errorIn(answer.text);
  const code = said?.code ?? CODES.get(answer.status) ?? "failed";
  const seconds = Number(answer.header("Retry-After") ?? NaN);
  return new UploadFailure(
    code,
    answer.status,
    said?.message ?? "",
    Number.isFinite(seconds) ? Math.min(seconds, 600) * 1000 : undefined,
  );
}

/** The server's own word and sentence; undefined where the answer has none. */
function errorIn(text: string): { code: string; message: string } | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    if (typeof error?.code !== "string") return undefined;
    return { code: error.code, message: typeof error.message === "string" ? error.message : "" };
  } catch {
    return undefined;
  }
}
