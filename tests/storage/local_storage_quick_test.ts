/** Every test of LocalStorage once more on disks that are called directly. */

import { disks } from "./_disks.ts";
import { EveryDisk } from "./_every_disk.ts";

disks.quick = new EveryDisk();

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
