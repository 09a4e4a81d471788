/** What has to work with basic-ftp. */

import { testClient } from "../support/client_suite.ts";
import { BASIC_FTP } from "./basic_ftp.ts";

testClient(BASIC_FTP);
