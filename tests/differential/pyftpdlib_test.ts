/** Compares baseftp with pyftpdlib, reply by reply. */

import { compareWith } from "./comparison.ts";
import { PYFTPDLIB } from "./peers.ts";

await compareWith(PYFTPDLIB);
