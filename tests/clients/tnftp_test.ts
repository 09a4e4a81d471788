/** What has to work with tnftp. */

import { testClient } from "../support/client_suite.ts";
import { TNFTP } from "./tnftp.ts";

testClient(TNFTP);
