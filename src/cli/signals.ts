/**
 * Signals: ask to stop once for good order, twice for at once; SIGHUP to read the files again, or to stop
 * when it tells that the terminal was closed.
 */

/** Signals that ask a program to stop, as far as this system has them. */
const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/** The exit code that a shell gives a program which a signal has ended. */
const EXIT_CODES: Partial<Record<Deno.Signal, number>> = { SIGTERM: 143 };

/** How to stop. */
export interface StopWish {
  /** Without time for running transfers. */
  readonly isNow: boolean;
}

/** What {@linkcode StopSignal} does. */
export interface StopSignalOptions {
  /** Signals that ask to stop besides the usual ones; default none. */
  readonly besides?: readonly Deno.Signal[];
  /** Told of each further signal, with the exit code for it; by default the program ends at once. */
  readonly onAgain?: (exitCode: number) => void;
}

/** Waits for the first signal to stop; from then on a second one ends the program at once. */
export class StopSignal implements Disposable {
  readonly #asked = Promise.withResolvers<StopWish>();
  readonly #listening: Disposable;
  #isAsked = false;

  /** Listens from now on. */
  constructor({ besides = [], onAgain = Deno.exit }: StopSignalOptions = {}) {
    this.#listening = onSignals([...STOP_SIGNALS, ...besides], (signal) => {
      if (this.#isAsked) onAgain(EXIT_CODES[signal] ?? 130);
      else this.ask({ isNow: false });
    });
  }

  /** Whether it was asked to stop. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Asks it to stop as a signal does; who asks again for at once is like a second signal. */
  ask(wish: StopWish): void {
    if (this.#isAsked && wish.isNow) Deno.exit(EXIT_CODES.SIGTERM);
    this.#isAsked = true;
    this.#asked.resolve(wish);
  }

  /** Resolves at the first signal, or when it is asked. */
  get asked(): Promise<StopWish> {
    return this.#asked.promise;
  }

  /** Leaves the signals to the system again. */
  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}

/**
 * Calls the listener at each of these signals until disposed. Signals that this system does not know are left
 * out.
 */
export function onSignals(
  signals: readonly Deno.Signal[],
  listener: (signal: Deno.Signal) => void,
): Disposable {
  const listening = new DisposableStack();
  for (const signal of signals) {
    const own = (): void => listener(signal);
    try {
      Deno.addSignalListener(signal, own);
    } catch {
      continue;
    }
    listening.defer(() => Deno.removeSignalListener(signal, own));
  }
  return listening;
}

/**
 * Calls the one that is meant at each SIGHUP until disposed. Daemons take it for a wish to reload; to a
 * program at a terminal it tells that somebody has closed it, and nobody would know of a server that went on.
 */
export function onHangup(does: { readonly reload: () => void; readonly stop: () => void }): Disposable {
  const wasAtTerminal = Deno.stdout.isTerminal();
  return onSignals(["SIGHUP"], () => {
    if (wasAtTerminal && !Deno.stdout.isTerminal()) does.stop();
    else does.reload();
  });
}

/**
 * Whether this process was started with SIGHUP ignored, as by `nohup`; no where the system does not tell. To
 * be asked first of all: Deno 2.9.6 soon takes that signal for itself, and ends by it unless it has a
 * listener.
 */
export async function ignoresHangup(): Promise<boolean> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const [, last] = /^SigIgn:\t[\da-f]*([\da-f])$/m.exec(status) ?? [];
  return last !== undefined && (parseInt(last, 16) & 1) === 1;
}
