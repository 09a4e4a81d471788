/** A terminal that a person could sit at: a program on a pseudo-terminal, its screen as text. Needs tmux. */

import { join } from "node:path";
import { until } from "./raw_socket.ts";

/** The program that it needs. */
export const TERMINAL_PROGRAM = "tmux";

/**
 * Notes the exit code, which tmux tells of some programs alone, and lives on itself when Ctrl-C comes; beside
 * it the number of the process. Arguments: where to, and the program.
 */
const RUN =
  'trap : INT; file=$1; shift; sh -c \'echo $$ > "$0"; exec "$@"\' "$file-of" "$@"; echo $? > "$file"';

/** How to open one. */
export interface TerminalOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Default: 80 and 24. */
  readonly columns?: number;
  readonly rows?: number;
  /** Besides those of a plain user. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Keys by their names of tmux: `Enter`, `Tab`, `C-c`, `Down`. */
export type Key = string;

/** An open terminal. Disposing ends what runs in it. */
export class Terminal implements AsyncDisposable {
  readonly #folder: string;
  #isClosed = false;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts the program. */
  static async open(options: TerminalOptions): Promise<Terminal> {
    const { command, cwd, columns = 80, rows = 24, env = {} } = options;
    const terminal = new Terminal(await Deno.makeTempDir());
    // What a program has left on the screen is there when it has ended.
    const settings = "set -g remain-on-exit on\nset -g default-terminal xterm-256color\nset -g status off\n";
    await Deno.writeTextFile(join(terminal.#folder, "settings"), settings);
    const variables = { HOME: terminal.#folder, DENO_DIR: runtimeFolder(), LC_ALL: "C.UTF-8", ...env };
    await terminal.#tmux(
      "new-session",
      "-d",
      ...["-x", String(columns), "-y", String(rows), "-c", cwd],
      "--",
      // Not by options of tmux: those do not reach a program's PATH. Whoever runs the tests may want no
      // colours.
      ...["env", "-u", "NO_COLOR", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)],
      ...["sh", "-c", RUN, "sh", join(terminal.#folder, "exit-code"), ...command],
    );
    return terminal;
  }

  /** Presses keys. */
  async press(...keys: Key[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** All that it shows, with what has scrolled out of sight, without blanks at line ends. */
  async text(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-S", "-");
  }

  /** The same with the escape sequences of colours. */
  async colored(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-e", "-S", "-");
  }

  /** Waits until the text has what matches; gives the match. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    let match: RegExpExecArray | null = null;
    let text = "";
    await looking(async () => (match = pattern.exec(text = await this.text())) !== null, String(pattern))
      .catch(() => {
        throw new Error(`Cannot find ${pattern} on the screen:\n${text}`);
      });
    return match!;
  }

  /** Waits until the program has ended; gives its exit code, as a shell does. */
  async ended(): Promise<number> {
    let code = "";
    await looking(async () => {
      code = await Deno.readTextFile(join(this.#folder, "exit-code")).catch(() => "");
      return code.endsWith("\n");
    }, "the end of the program");
    return Number(code);
  }

  /** Closes it, as somebody who closes a window. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tmux("kill-server");
  }

  /** Ends what runs in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#killLeft();
    // A shell that ends may be writing its history there.
    const remove = () => Deno.remove(this.#folder, { recursive: true }).then(() => true, () => false);
    await until(remove, "the end of what ran in the terminal");
  }

  /** A program may outlive its terminal. */
  async #killLeft(): Promise<void> {
    const pid = Number(await Deno.readTextFile(join(this.#folder, "exit-code-of")).catch(() => ""));
    // The number of one that has ended may be another's by now.
    const hasEnded = await Deno.stat(join(this.#folder, "exit-code")).then(() => true, () => false);
    if (!pid || hasEnded) return;
    const isOver = () => {
      try {
        Deno.kill(pid, "SIGKILL");
        return false;
      } catch {
        return true;
      }
    };
    await until(isOver, `the end of process ${pid}`);
  }

  async #tmux(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command(TERMINAL_PROGRAM, {
      args: ["-S", join(this.#folder, "socket"), "-f", join(this.#folder, "settings"), ...args],
      // The socket's folder is the only thing that tells one server of tmux from another.
      env: { TMUX: "", LC_ALL: "C.UTF-8" },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(code === 0 ? stdout : stderr);
    if (code !== 0) throw new Error(`Cannot ${args[0]} the terminal: ${text}`);
    return text;
  }
}

/** Between two looks at a screen: each is a program of its own, and takes time from what is looked at. */
const LOOK_MS = 50;

/** {@linkcode until}, with pauses. */
function looking(holds: () => Promise<boolean>, what: string): Promise<void> {
  return until(async () => {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return false;
  }, what);
}

/** Where the runtime has its packages: with a home of its own it would get them anew. */
export function runtimeFolder(): string {
  return Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "/", ".cache", "deno");
}
