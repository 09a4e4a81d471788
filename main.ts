/** The program: hands the command line to src/cli and ends with its exit code. */

import config from "./config.ts";
import { run } from "./src/cli/run.ts";

Deno.exit(await run(Deno.args, config));
