/** A session worker that counts for metrics, and dies when the account `mortal` logs in. */

import "./mortal_worker.ts";
import "../../src/workers/measured_session_worker.ts";
