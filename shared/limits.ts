/** Bounds on everything that comes from a host or crosses the wire. Bytes, counts and milliseconds. */
export const limits = {
  /** A file read whole unless the caller says otherwise. */
  fileBytes: 1 << 20,
  /** Names returned for one directory. host-local stores of a /16 hold 65,536. */
  directoryEntries: 70_000,
  commandBytes: 8 << 20,
  commandMs: 5_000,
  /** Rules of the packet filter, as a command prints them. */
  rulesBytes: 24 << 20,
  /** The programs are slower than the kernel: nf_tables takes a second for 15,000 rules. */
  rulesMs: 7_500,
  /** One file of a pod's root. */
  podFileMs: 2_000,
  httpBytes: 1 << 20,
  httpMs: 2_000,
  criBytes: 32 << 20,
  criMs: 5_000,
  /** One part as JSON. */
  partBytes: 16 << 20,
  /** One part's own deadline on the node. */
  partMs: 8_000,
  /** One ws message; larger parts are cut into chunks. */
  frameBytes: 256 << 10,
  /** Everything that one node may send in one collection. */
  sessionBytes: 64 << 20,
  /** One recorded file: rules and replies of runtimes as JSON. */
  recordedFileBytes: 48 << 20,
  /** All recorded files of one node, before they are compressed. */
  recordedBytes: 256 << 20,
  recordedFiles: 200_000,
} as const
