/**
 * Memory limit for child processes in KiB: half of this process's own limit. `limit` is in bytes, as from
 * `process.constrainedMemory()`; null when this process has no limit.
 */
export function childKilobytes(limit: number | undefined): number | null {
  const isLimited = limit !== undefined && limit > 0 && limit < 2 ** 50
  return isLimited ? Math.floor(limit / 2 / 1024) : null
}

/** Wraps a command line so that the process cannot use more than this much address space. */
export const withMemory = (kilobytes: number, argv: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  'ulimit -v "$0" && exec "$@"',
  String(kilobytes),
  ...argv,
]

/**
 * Recognises the out-of-memory messages of nft, iptables and the dynamic linker; some parts of nft only fail an
 * assertion.
 */
export const ranOutOfMemory = ({ exitCode, stderr }: { exitCode: number | null; stderr: string }): boolean =>
  (exitCode !== 0 && complaints.test(stderr)) || (exitCode === null && /assertion .* failed/i.test(stderr))

const complaints =
  /out of memory|cannot allocate memory|memory allocation failure|cannot create shared object descriptor|failed to map segment/i
