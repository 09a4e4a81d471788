/** File systems in memory, one of them soon full: for tests on machines that allow to mount them. */

import assert from "node:assert/strict";

/**
 * Mounts one of a few pages on the directory, which is made; undefined where this machine does not allow to.
 */
export function mountTiny(directory: string): Promise<AsyncDisposable | undefined> {
  return mountMemory(directory, "size=64k,nr_inodes=16");
}

/**
 * Mounts one with such options on the directory, which is made; undefined where this machine does not allow
 * to.
 */
export async function mountMemory(
  directory: string,
  options = "size=64m",
): Promise<AsyncDisposable | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return undefined;
  await Deno.mkdir(directory, { recursive: true });
  const { success } = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", options, "tmpfs", directory],
    stderr: "null",
  }).output();
  if (!success) return undefined;
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      const { success } = await new Deno.Command("umount", { args: [directory] }).output();
      assert.ok(success, `Cannot unmount ${directory}`);
    },
  };
}

/** Whether one can be mounted here. */
export async function canMount(): Promise<boolean> {
  const directory = await Deno.makeTempDir({ prefix: "baseftp-mount-" });
  try {
    await using mounted = await mountTiny(directory);
    return mounted !== undefined;
  } finally {
    await Deno.remove(directory);
  }
}
