/**
 * What a program may take where this process has a limit, in KiB: half of it. `limit` in bytes, as
 * `process.constrainedMemory()` says it; without one there is none for programs either.
 */
export function childKilobytes(limit: number | undefined): number | null {
  const isLimited = limit !== undefined && limit > 0 && limit < 2 ** 50
  return isLimited ? Math.floor(limit / 2 / 1024) : null
}

/** A command line under which the same process cannot take more address space than so many KiB. */
export const withMemory = (kilobytes: number, argv: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  'ulimit -v "$0" && exec "$@"',
  String(kilobytes),
  ...argv,
]

/** By what nft, iptables and the linker say when no more is to be had; parts of nft only notice that they have nothing. */
export const ranOutOfMemory = ({ exitCode, stderr }: { exitCode: number | null; stderr: string }): boolean =>
  (exitCode !== 0 && complaints.test(stderr)) || (exitCode === null && /assertion .* failed/i.test(stderr))

const complaints =
  /out of memory|cannot allocate memory|memory allocation failure|cannot create shared object descriptor|failed to map segment/i
