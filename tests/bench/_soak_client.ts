/**
 * The clients of a soak: thin sessions that do a bit of everything, well-behaved or not, until they are told
 * to leave.
 */

/** What a reply must begin with. */
type Expected = RegExp;

/** Something that was counted, by its name. */
export class Tally {
  readonly counts = new Map<string, number>();
  /** Replies and errors that nobody expects, the first of each kind whole. */
  readonly surprises = new Map<string, number>();
  /** Transfers that run at this moment. */
  running = 0;

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  surprise(text: string): void {
    this.surprises.set(text, (this.surprises.get(text) ?? 0) + 1);
  }
}

/** What all sessions share. */
export interface SoakPlan {
  readonly port: number;
  readonly random: () => number;
  /** Fires when everybody is to leave. */
  readonly leaving: AbortSignal;
  /** Most transfers at once. */
  readonly mostTransfers: number;
  readonly tally: Tally;
}

/** Bytes of a small file and of a large one. */
export const SMALL_BYTES = 10_000, LARGE_BYTES = 8 * 1024 * 1024;
/** Seconds that a client thinks between two acts, at most. */
const LONGEST_THOUGHT_SECONDS = 12;
/** Large uploads share these names, so that cut-off parts take little of the disk. */
const UPLOAD_NAMES = 40;

class SurpriseError extends Error {}

/** A control connection that is read line by line. */
class Control {
  readonly conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(1024);
  #text = "";

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  /** The next reply; all that the soak asks for have one line. */
  async reply(expected: Expected): Promise<string> {
    let end: number;
    while ((end = this.#text.indexOf("\r\n")) < 0) {
      const length = await this.conn.read(this.#buffer);
      if (length === null) throw new SurpriseError("the server closed the control connection");
      this.#text += new TextDecoder().decode(this.#buffer.subarray(0, length));
    }
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    if (!expected.test(line)) throw new SurpriseError(`${line}, not ${expected}`);
    return line;
  }

  async ask(line: string, expected: Expected): Promise<string> {
    await this.conn.write(new TextEncoder().encode(`${line}\r\n`));
    return await this.reply(expected);
  }
}

/** One client: it connects again and again until all are to leave. */
export async function soakClient(index: number, plan: SoakPlan): Promise<void> {
  while (!plan.leaving.aborted) {
    try {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: plan.port });
      await new SoakSession(new Control(conn), index, plan).run();
    } catch (error) {
      plan.tally.surprise(error instanceof Error ? error.message : String(error));
      await pause(1, plan.leaving);
    }
  }
}

class SoakSession {
  readonly #control: Control;
  readonly #index: number;
  readonly #plan: SoakPlan;
  #isOver = false;

  constructor(control: Control, index: number, plan: SoakPlan) {
    this.#control = control;
    this.#index = index;
    this.#plan = plan;
  }

  async run(): Promise<void> {
    const { random, leaving, tally } = this.#plan;
    await this.#control.reply(/^220/);
    if (random() < 0.05) return await this.#loginInVain();
    await this.#logIn("secret", /^230/);
    tally.add("logins");
    while (!this.#isOver && !leaving.aborted) {
      await this.#act(random());
      await pause(random() * LONGEST_THOUGHT_SECONDS, leaving);
    }
    if (this.#isOver) return;
    await this.#control.ask("QUIT", /^221/);
  }

  async #logIn(password: string, expected: Expected): Promise<void> {
    await this.#control.ask("USER alice", /^331/);
    await this.#control.ask(`PASS ${password}`, expected);
  }

  async #loginInVain(): Promise<void> {
    await this.#logIn("wrong", /^530/);
    this.#plan.tally.add("wrong passwords");
  }

  async #act(chance: number): Promise<void> {
    const { tally } = this.#plan;
    const small = `small ${this.#index % 100}`;
    if (chance < 0.15) {
      await this.#control.ask(`SIZE ${small}`, /^213/);
      return tally.add("facts");
    }
    if (chance < 0.83 && this.#plan.tally.running >= this.#plan.mostTransfers) return;
    if (chance < 0.4) return await this.#download("LIST /", "listings", {});
    if (chance < 0.55) return await this.#download(`RETR ${small}`, "small downloads", {});
    if (chance < 0.68) return await this.#upload(`up ${this.#index}`, "small uploads", SMALL_BYTES, {});
    if (chance < 0.74) return await this.#download("RETR large", "large downloads", { isSlow: true });
    const shared = `large up ${this.#index % UPLOAD_NAMES}`;
    if (chance < 0.78) return await this.#upload(shared, "large uploads", LARGE_BYTES, { isSlow: true });
    if (chance < 0.81) return await this.#download("RETR large", "aborted downloads", { ends: "abort" });
    if (chance < 0.83) return await this.#upload(shared, "cut uploads", LARGE_BYTES, { ends: "cut" });
    if (chance < 0.86) return this.#vanish();
    if (chance < 0.9) {
      await this.#control.ask("QUIT", /^221/);
      this.#isOver = true;
      return tally.add("quits");
    }
    // A data port that nobody ever connects to, or nothing but thinking.
    if (chance < 0.93) await this.#control.ask("EPSV", /^229/);
  }

  /** Leaves without a word. */
  #vanish(): void {
    this.#isOver = true;
    this.#plan.tally.add("cut sessions");
  }

  async #data(): Promise<Deno.TcpConn> {
    const reply = await this.#control.ask("EPSV", /^229/);
    return await Deno.connect({ hostname: "127.0.0.1", port: Number(/\|(\d+)\|/.exec(reply)![1]) });
  }

  async #download(command: string, name: string, { isSlow, ends }: Manner): Promise<void> {
    using data = await this.#data();
    await this.#control.ask(command, /^150/);
    await this.#counted(name, async () => {
      // A client that takes its time takes it in steps, so that many transfers run at once.
      const buffer = new Uint8Array(isSlow ? 256 * 1024 : 64 * 1024);
      for (let pieces = 0; await data.read(buffer) !== null; pieces++) {
        if (ends && pieces === 3) break;
        if (isSlow) await pause(0.2, this.#plan.leaving);
      }
      if (!ends) return void await this.#control.reply(/^226/);
      // The rest is not read, so the server is in the middle of it; or it had all in its buffers, and is
      // done.
      await this.#control.ask("ABOR", /^(426|226)/);
      await this.#control.reply(/^226/);
    });
  }

  async #upload(path: string, name: string, bytes: number, { isSlow, ends }: Manner): Promise<void> {
    using data = await this.#data();
    // Two that upload the same file are one too many, and that is told.
    const reply = await this.#control.ask(`STOR ${path}`, /^(150|450)/);
    if (reply.startsWith("450")) return this.#plan.tally.add("refused uploads");
    await this.#counted(name, async () => {
      const piece = new Uint8Array(Math.min(bytes, 256 * 1024));
      for (let sent = 0; sent < bytes;) {
        sent += await data.write(piece);
        if (ends && sent > bytes / 4) return this.#vanish();
        if (isSlow) await pause(0.2, this.#plan.leaving);
      }
      await data.closeWrite();
      await this.#control.reply(/^226/);
      await this.#control.ask(`DELE ${path}`, /^(250|450|550)/);
    });
  }

  async #counted(name: string, transfer: () => Promise<void>): Promise<void> {
    const { tally } = this.#plan;
    tally.running++;
    try {
      await transfer();
      tally.add(name);
    } finally {
      tally.running--;
    }
  }
}

/** How a transfer goes. */
interface Manner {
  readonly isSlow?: boolean;
  readonly ends?: "abort" | "cut";
}

/** Waits, but not when all are leaving. */
export async function pause(seconds: number, leaving: AbortSignal): Promise<void> {
  if (leaving.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const timer = setTimeout(wake, seconds * 1000);
  leaving.addEventListener("abort", wake, { once: true });
  await promise;
  clearTimeout(timer);
  leaving.removeEventListener("abort", wake);
}
