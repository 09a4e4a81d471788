/** What has to work with lftp. */

import { testClient } from "../support/client_suite.ts";
import { LFTP } from "./lftp.ts";

testClient(LFTP);
