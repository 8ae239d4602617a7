/** Bounds on a bundle, which may come from anybody. Bytes and counts. */
export const bundleLimits = {
  fileBytes: 128 << 20,
  /** All files of an archive together, unpacked. */
  totalBytes: 1 << 30,
  entries: 500_000,
} as const
