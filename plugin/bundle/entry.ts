/** One file of a bundle: its path below the top folder, with `/` between the names, and its bytes. */
export interface BundleEntry {
  readonly path: string
  readonly bytes: Uint8Array
}

/** Rewrites an entry before it is shared: without secrets, under other names, or unchanged. */
export type Rewrite = (entry: BundleEntry) => BundleEntry
