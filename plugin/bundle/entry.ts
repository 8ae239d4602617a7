/** One file of a bundle: its path below the top folder, with `/` between the names, and its bytes. */
export interface BundleEntry {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What becomes of an entry before anybody else may see it: the same one, or one without secrets or under other names. */
export type Rewrite = (entry: BundleEntry) => BundleEntry
