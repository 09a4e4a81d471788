/** The arguments of `deno` for the program, as the task `serve` has them. */

import { fileURLToPath } from "node:url";
import deno from "../../deno.json" with { type: "json" };

const MAIN = "main.ts";

/** `run`, the permissions and flags of the task, and the program itself by its absolute path. */
export const SERVE: readonly string[] = deno.tasks.serve.command.split(" ").slice(1)
  .map((word) => word === MAIN ? fileURLToPath(new URL(`../../${MAIN}`, import.meta.url)) : word);

/** The same without the program. */
export const SERVE_FLAGS: readonly string[] = SERVE.slice(1, -1);
