/** Fewer columns are taken for this many: lines then wrap, and nothing is cut to a few characters. */
const leastColumns = 40

/** Columns that output may have; null without a terminal, and for one that tells no size, as serial consoles. */
export function columnsOf({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): number | null {
  return isTTY && columns ? Math.max(columns, leastColumns) : null
}
