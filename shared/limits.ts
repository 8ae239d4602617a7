/** Limits on everything that comes from a host or over the wire. Bytes, counts and milliseconds. */
export const limits = {
  /** A file, unless the caller sets another limit. */
  fileBytes: 1 << 20,
  /** Names returned for one directory. host-local stores of a /16 hold 65,536. */
  directoryEntries: 70_000,
  commandBytes: 8 << 20,
  commandMs: 5_000,
  /** Output of commands that print packet filter rules. */
  rulesBytes: 24 << 20,
  /** Time for such commands; nft takes a second for 15,000 rules. */
  rulesMs: 7_500,
  /** One file in a pod's root. */
  podFileMs: 2_000,
  httpBytes: 1 << 20,
  httpMs: 2_000,
  criBytes: 32 << 20,
  criMs: 5_000,
  /** One part as JSON. */
  partBytes: 16 << 20,
  /** Deadline of one part on the node. */
  partMs: 8_000,
  /** One ws message; larger parts are cut into chunks. */
  frameBytes: 256 << 10,
  /** Everything that one node sends in one collection. */
  sessionBytes: 64 << 20,
  /** One recorded file: rules and replies of runtimes as JSON. */
  recordedFileBytes: 48 << 20,
  /** All recorded files of one node, before they are compressed. */
  recordedBytes: 256 << 20,
  recordedFiles: 200_000,
} as const
