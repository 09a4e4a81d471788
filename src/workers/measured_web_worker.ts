/** A web worker that counts for metrics: the same worker, with what counts around its parts. */

import { ThreadMeasuring } from "../measuring.ts";
import "./web_worker.ts";
import { extras } from "./worker_basis.ts";

extras.measuring = (memory) => new ThreadMeasuring(memory);
