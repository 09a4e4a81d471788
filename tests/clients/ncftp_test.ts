/** What has to work with ncftp. */

import { testClient } from "../support/client_suite.ts";
import { NCFTP } from "./ncftp.ts";

testClient(NCFTP);
