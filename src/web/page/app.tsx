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
import { Header } from "./shell/header.tsx";
import { watchSession } from "./shell/sign_in_dialog.tsx";
import { t } from "./i18n.ts";
import { COMMON } from "./texts/common.ts";

const AdminView = lazy(() => import("./admin/admin_view.tsx").then(({ AdminView }) => AdminView));

function App(): JSX.Element {
  const here = place.value;
  return (
    <>
      <a class="skip" href="#content">{t(COMMON.skip)}</a>
      <Header />
      <main id="content" tabIndex={-1}>
        {here.view === "admin" && <AdminView />}
        {here.view === "folder" && <FolderView base={here.base} path={here.path} />}
      </main>
      <Dialogs />
      <Menus />
      <Toasts />
    </>
  );
}

watchSession();
render(<App />, document.getElementById("app")!);
// Visitors of a share link have no account.
if (!location.pathname.startsWith("/~/l/")) {
  loadMe().catch((error) => toast({ kind: "error", text: refusalText(error) }));
}
