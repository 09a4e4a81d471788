/**
 * A mount that hangs on demand: mergerfs, a file system in a process of its own, which is stopped. It wants
 * to be asked also when a file is closed.
 */

import assert from "node:assert/strict";
import { within } from "./raw_socket.ts";

/** Why there can be no such mount on this machine, whatever is installed; undefined when there can. */
export function missingFuse(): string | undefined {
  if (Deno.build.os !== "linux") return "FUSE is tested on Linux";
  if (Deno.uid() !== 0) return "only root may mount for all";
  try {
    Deno.openSync("/dev/fuse", { read: true, write: true }).close();
  } catch {
    return "/dev/fuse cannot be used here";
  }
}

/**
 * A directory that shows another one for as long as mergerfs runs. Disposing lets it go on and takes it away.
 */
export class FuseMount implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #point: string;

  private constructor(child: Deno.ChildProcess, point: string) {
    this.#child = child;
    this.#point = point;
  }

  /** Mounts `source` at `point`. Nothing is remembered by the kernel, so that every call asks mergerfs. */
  static async make(source: string, point: string): Promise<FuseMount> {
    const options = "cache.attr=0,cache.entry=0,cache.negative_entry=0,cache.files=off";
    const child = new Deno.Command("mergerfs", {
      args: ["-f", "-o", options, source, point],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const mount = new FuseMount(child, point);
    const failed = new Response(child.stderr).text().then((text) =>
      assert.fail(`mergerfs cannot mount: ${text}`)
    );
    failed.catch(() => {});
    const mounted = async (): Promise<void> => {
      while (!(await Deno.readTextFile("/proc/self/mountinfo")).includes(` ${point} `)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    try {
      await within(Promise.race([mounted(), failed]), "the mount");
    } catch (error) {
      await mount[Symbol.asyncDispose]();
      throw error;
    }
    return mount;
  }

  /** From now on every call that asks it hangs. */
  stop(): void {
    this.#child.kill("SIGSTOP");
    // The signal has been sent when that returns; until a thread has taken it, all of them go on answering.
    while (!this.#hasStopped());
  }

  #hasStopped(): boolean {
    const threads = `/proc/${this.#child.pid}/task`;
    return Array.from(
      Deno.readDirSync(threads),
      ({ name }) => Deno.readTextFileSync(`${threads}/${name}/stat`),
    )
      // Behind the name, which may hold anything, stands the state.
      .every((stat) => stat.slice(stat.lastIndexOf(")") + 2).startsWith("T"));
  }

  /** Lets it answer. */
  goOn(): void {
    this.#child.kill("SIGCONT");
  }

  /** Takes it away; what hangs in it fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    await new Deno.Command("umount", { args: ["-l", this.#point], stderr: "null" }).output();
    try {
      // A process that is stopped can be killed too, and with it the connection to the kernel ends.
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
  }
}
