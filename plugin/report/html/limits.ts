/** Limits of a page; the rest is counted, and complete in the JSON. */
export const pageLimits = {
  /** Findings with evidence and fix. */
  full: 100,
  /** Further findings as one line each. */
  lines: 1000,
  evidence: 20,
  explains: 25,
  /** Rows of a table. */
  rows: 1000,
  /** Characters of one text from a node or the API. */
  text: 1000,
  /** Characters of one command. */
  command: 4000,
  /** Characters of one table of a view. */
  block: 1_000_000,
} as const
