/** A session worker that counts for metrics: the same worker, with what counts around its parts. */

import { ThreadMeasuring } from "../measuring.ts";
import { extras } from "./session_worker.ts";

extras.measuring = (memory) => new ThreadMeasuring(memory);
