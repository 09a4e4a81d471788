/** Compares baseftp with vsftpd, reply by reply. */

import { compareWith } from "./comparison.ts";
import { VSFTPD } from "./peers.ts";

await compareWith(VSFTPD);
