/** Codes of checks that were removed after a release. None of them is ever used again. */
export const tombstones: readonly string[] = []
