/** What has to work with curl. */

import { testClient } from "../support/client_suite.ts";
import { CURL } from "./curl.ts";

testClient(CURL);
