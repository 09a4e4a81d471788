/** Every test of LocalStorage once more on disks that are called directly. */

import { QuickDisks } from "../../src/storage/quick_disks.ts";
import { disks } from "./_disks.ts";

/** Takes every path for quick, always: tests may stop the thread. */
class EveryDisk extends QuickDisks {
  override has(): boolean {
    return true;
  }

  override get isPaused(): boolean {
    return false;
  }
}

disks.quick = new EveryDisk(() => Promise.resolve([]));

const register = Deno.test;
const onQuickDisks = (...[first, second, third]: unknown[]): void => {
  const definition =
    (typeof first === "string"
      ? { name: first, fn: third ?? second, ...third ? second as object : {} }
      : first) as Deno.TestDefinition;
  register({ ...definition, name: `${definition.name}, on a quick disk` });
};
Object.defineProperty(Deno, "test", { value: Object.assign(onQuickDisks, register) });
await import("./local_storage_test.ts");
