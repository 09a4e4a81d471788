/** Why a share cannot begin, other than by its folder. */

/** The message says why. */
export class ShareError extends Error {}
