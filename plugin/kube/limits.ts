/** Limits on what the API may send and how long it may take. Bytes, counts and milliseconds. */
export const apiLimits = {
  /** Objects per page. */
  pageItems: 500,
  /** One page, or one object, after decompression. */
  bodyBytes: 128 << 20,
  /** All pages of one list. */
  listItems: 200_000,
  errorBytes: 64 << 10,
  logBytes: 1 << 20,
  lineBytes: 4 << 20,
  /** One message of a port-forward; the kubelet sends at most 32 KiB. */
  forwardBytes: 1 << 20,
  retries: 3,
  /** Longest wait that a Retry-After may ask for. */
  retryAfterMs: 5_000,
  /** Requested duration of a watch, so that a dead connection is noticed. */
  watchMs: 60_000,
  /** Time limit of a credential plugin, including an interactive login. */
  credentialMs: 60_000,
} as const
