/** The page begins here: who is signed in, and the view that the address means. */

import type { JSX } from "preact";
import { render } from "preact";
import { FolderView } from "./browse/folder_view.tsx";
import { Dialogs } from "./kit/dialog.tsx";
import { lazy } from "./kit/lazy.tsx";
import { Menus } from "./kit/menu.tsx";
import { toast, Toasts } from "./kit/toast.tsx";
import { refusalText } from "./api.ts";
import { loadMe } from "./me.ts";
import { place } from "./router.ts";
import { restoreUploads } from "./uploads/kept_queue.ts";
import type { Base } from "./address.ts";
import { watchVisit } from "./shares/watch_visit.ts";
import { startChanges } from "./changes.ts";
import { Header } from "./shell/header.tsx";
import { watchSession } from "./shell/sign_in_dialog.tsx";
import { DropZone } from "./uploads/drop_zone.tsx";
import { Uploads } from "./uploads/uploads.tsx";
import { t } from "./i18n.ts";
import { COMMON } from "./texts/common.ts";

const VisitView = lazy(() => import("./parts.ts").then(({ VisitView }) => VisitView));
const AdminView = lazy(() => import("./admin/admin_view.tsx").then(({ AdminView }) => AdminView));

function App(): JSX.Element {
  const here = place.value;
  return (
    <>
      <a class="skip" href="#content">{t(COMMON.skip)}</a>
      <Header />
      <main id="content" tabIndex={-1}>
        {here.view === "admin" && <AdminView />}
        {here.view === "folder" && (here.base === ""
          ? <FolderView base={here.base} path={here.path} />
          : <VisitView base={here.base} path={here.path} />)}
      </main>
      <Uploads />
      <DropZone />
      <Dialogs />
      <Menus />
      <Toasts />
    </>
  );
}

// Visitors of a share link have no account.
const base: Base = "base" in place.value ? place.value.base : "";
if (base === "") watchSession();
else watchVisit(base);
startChanges();
render(<App />, document.getElementById("app")!);
const beginning = base === "" ? loadMe().then(restoreUploads) : restoreUploads();
beginning.catch((error) => toast({ kind: "error", text: refusalText(error) }));
