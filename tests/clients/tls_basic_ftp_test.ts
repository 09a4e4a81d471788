/** What has to work with basic-ftp over TLS. */

import { testClientOverTls } from "../support/client_tls.ts";
import { BASIC_FTP } from "./basic_ftp.ts";

testClientOverTls(BASIC_FTP);
