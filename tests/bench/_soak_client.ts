/**
 * The clients of a soak: thin sessions that do a bit of everything, well-behaved or not, until they are told
 * to leave.
 */

import { Control, type Expected, SurpriseError } from "./_soak_control.ts";

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

/** What there is to download in the home: so many files of each kind. */
export const SMALL_FILES = 100, MIDDLE_FILES = 20;
/** Bytes of a small file and of a large one. */
export const SMALL_BYTES = 10_000, LARGE_BYTES = 8 * 1024 * 1024;
/** Names in the directory `many`: its listings are larger than one buffer. */
export const MANY_FILES = 2000;

/** Bytes of a file in between, which are above 64 KiB and odd. */
export function middleBytes(at: number): number {
  return 65_537 + at * 50_001;
}

/** How many of the transfers do not come to their end. */
const BROKEN_PART = 0.1;
/** Seconds that a client thinks between two acts, at most. */
const LONGEST_THOUGHT_SECONDS = 12;
/** Large uploads share these names, so that cut-off parts take little of the disk. */
const UPLOAD_NAMES = 40;

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

/** Some clients that do everything once. */
export async function warmUp(count: number, plan: SoakPlan): Promise<void> {
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: plan.port });
    await new SoakSession(new Control(conn), index, plan).warmUp();
  }));
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
    const { random, tally, mostTransfers } = this.#plan;
    if (chance < 0.15) {
      await this.#control.ask(`SIZE small ${this.#index % SMALL_FILES}`, /^213/);
      return tally.add("facts");
    }
    if (chance < 0.84) {
      if (tally.running >= mostTransfers) return;
      const ends = random() < BROKEN_PART ? ENDS[Math.floor(random() * ENDS.length)] : undefined;
      return await this.#transfer(chance, ends);
    }
    if (chance < 0.86) return this.#vanish();
    if (chance < 0.9) {
      await this.#control.ask("QUIT", /^221/);
      this.#isOver = true;
      return tally.add("quits");
    }
    // A data port that nobody ever connects to, or nothing but thinking.
    if (chance < 0.93) await this.#control.ask("EPSV", /^229/);
  }

  /** One of the kinds of transfers. */
  async #transfer(chance: number, ends: Manner["ends"]): Promise<void> {
    const index = this.#index, middle = index % MIDDLE_FILES;
    if (chance < 0.28) return await this.#download("LIST /", "listings", { ends });
    if (chance < 0.32) return await this.#download("LIST many", "long listings", { ends });
    if (chance < 0.36) return await this.#download("MLSD many", "long listings", { ends });
    if (chance < 0.38) return await this.#download("NLST many", "long listings", { ends });
    if (chance < 0.48) {
      const path = `RETR small ${index % SMALL_FILES}`;
      return await this.#download(path, "small downloads", { ends, bytes: SMALL_BYTES });
    }
    if (chance < 0.58) return await this.#upload(`up ${index}`, "small uploads", SMALL_BYTES, { ends });
    if (chance < 0.66) {
      const bytes = middleBytes(middle);
      return await this.#download(`RETR middle ${middle}`, "middle downloads", { ends, bytes });
    }
    if (chance < 0.74) {
      return await this.#upload(`middle up ${index}`, "middle uploads", middleBytes(middle), { ends });
    }
    if (chance < 0.8) {
      return await this.#download("RETR large", "large downloads", {
        isSlow: true,
        ends,
        bytes: LARGE_BYTES,
      });
    }
    const shared = `large up ${index % UPLOAD_NAMES}`;
    await this.#upload(shared, "large uploads", LARGE_BYTES, { isSlow: true, ends });
  }

  /** Does each kind of transfer once, so that all that is opened once and kept is open. */
  async warmUp(): Promise<void> {
    await this.#control.reply(/^220/);
    await this.#logIn("secret", /^230/);
    for (const chance of WARM_UP) await this.#transfer(chance, undefined);
    await this.#control.ask("QUIT", /^221/);
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

  async #download(command: string, name: string, { isSlow, ends, bytes }: Manner): Promise<void> {
    using data = await this.#data();
    await this.#control.ask(command, /^150/);
    await this.#counted(ends ? `broken ${name}` : name, async () => {
      // A client that takes its time takes it in steps, so that many transfers run at once.
      const buffer = new Uint8Array(isSlow ? 256 * 1024 : 64 * 1024);
      let length: number | null, total = 0;
      for (let pieces = 0; (length = await data.read(buffer)) !== null; pieces++) {
        total += length;
        if (ends && (pieces === 3 || total > (bytes ?? 0) / 2)) break;
        if (isSlow) await pause(0.2, this.#plan.leaving);
      }
      if (ends === "vanish") return this.#vanish();
      // The rest is not read, so the server is in the middle of it; or it had all in its buffers, and is
      // done.
      if (ends === "abort") {
        await this.#control.ask("ABOR", /^(426|226)/);
        return void await this.#control.reply(/^226/);
      }
      if (ends === "close") {
        data.close();
        return void await this.#control.reply(/^(426|226)/);
      }
      await this.#control.reply(/^226/);
      if (bytes !== undefined && total !== bytes) {
        throw new SurpriseError(`${command} gave ${total} bytes, not ${bytes}`);
      }
    });
  }

  async #upload(path: string, name: string, bytes: number, { isSlow, ends }: Manner): Promise<void> {
    using data = await this.#data();
    // Two that upload the same file are one too many, and that is told.
    const reply = await this.#control.ask(`STOR ${path}`, /^(150|450)/);
    if (reply.startsWith("450")) return this.#plan.tally.add("refused uploads");
    await this.#counted(ends ? `broken ${name}` : name, async () => {
      const piece = new Uint8Array(256 * 1024);
      for (let sent = 0; sent < bytes;) {
        sent += await data.write(piece.subarray(0, bytes - sent));
        if (ends && sent > bytes / 4) break;
        if (isSlow) await pause(0.2, this.#plan.leaving);
      }
      if (ends === "vanish") return this.#vanish();
      if (ends === "abort") {
        // It may be that all of it had come when ABOR did.
        await this.#control.ask("ABOR", /^(426|226)/);
        await this.#control.reply(/^226/);
      } else {
        // To close is how an upload ends, whoever meant to send more.
        await data.closeWrite();
        await this.#control.reply(/^226/);
      }
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
  /** How it is broken off: told to stop, its data connection closed, or the whole client gone. */
  readonly ends?: typeof ENDS[number] | undefined;
  /** How many bytes a download has to bring. */
  readonly bytes?: number;
}

const ENDS = ["abort", "close", "vanish"] as const;
/** The chances that lead to each of the kinds of transfers. */
const WARM_UP: readonly number[] = [0.2, 0.3, 0.35, 0.37, 0.4, 0.5, 0.6, 0.7, 0.75, 0.82];

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
