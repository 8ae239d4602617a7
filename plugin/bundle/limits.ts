/** Limits for bundles, which are untrusted. Bytes and counts. */
export const bundleLimits = {
  /** One file, which is read into memory. */
  fileBytes: 128 << 20,
  /** All files of an archive together, unpacked: 200 nodes of 64 MiB. */
  totalBytes: 12.5 * 2 ** 30,
  /** 200 nodes with 110 pods each need 740,000. */
  entries: 1_000_000,
  /** Length of a path inside a bundle, and its depth. */
  pathBytes: 4096,
  pathSteps: 64,
  /** Extended headers before a file: long names and the like. */
  aboutBytes: 64 << 10,
  /** Compression ratio: below 60 for real recordings, 1030 for zeros. */
  ratio: 250,
  /** The ratio is not checked below this size. */
  ratioFrom: 256 << 20,
  /** Memory for an archive, which is kept compressed. */
  keptBytes: 1 << 30,
  /** Lists of a foreign dump, which are parsed together. */
  objectBytes: 512 << 20,
} as const
