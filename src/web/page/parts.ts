/**
 * Dialogs, uploads and the views of visitors, which are loaded together when one of them is wanted for the
 * first time: each by itself would cut the page into dozens of small files.
 */

export { askFolder } from "./acts/move_dialog.tsx";
export { moveEntries } from "./acts/move_entries.tsx";
export { removeEntries } from "./acts/remove_dialog.tsx";
export { askPassword } from "./shares/link_password.tsx";
export { openOwnLinks } from "./shares/own_links.tsx";
export { openShareDialog } from "./shares/share_dialog.tsx";
export { VisitView } from "./shares/visit_view.tsx";
export { UploadPanel } from "./uploads/upload_panel.tsx";
export { UploadQuestions } from "./uploads/upload_questions.tsx";
