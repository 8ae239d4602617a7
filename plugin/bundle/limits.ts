/** Bounds on a bundle, which may come from anybody. Bytes and counts. */
export const bundleLimits = {
  /** One file, which is read as a whole. */
  fileBytes: 128 << 20,
  /** All files of an archive together, unpacked: 200 nodes of 64 MiB. */
  totalBytes: 12.5 * 2 ** 30,
  /** 200 nodes with 110 pods each have 740,000. */
  entries: 1_000_000,
  /** Of a path inside a bundle, and steps in it. */
  pathBytes: 4096,
  pathSteps: 64,
  /** Of what stands before a header: long names and the like. */
  aboutBytes: 64 << 10,
  /** What gzip makes of real recordings is below 60; of zeros, 1030. */
  ratio: 250,
  /** Below this a ratio says nothing. */
  ratioFrom: 256 << 20,
  /** What an archive may take in memory, where it is kept compressed. */
  keptBytes: 1 << 30,
  /** Lists of a dump of another tool, which are parsed together. */
  objectBytes: 512 << 20,
} as const
