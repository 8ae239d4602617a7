/** How long each step of a session may take, in ms. */
export interface SessionTimes {
  /** From the connection to the client's `collect`. */
  readonly collectMs: number
  /** Time for sending everything, added to the deadline of the parts. */
  readonly sendMs: number
  /** The same when recording, which sends about a hundred times as much. */
  readonly recordMs: number
  /** From `end` to the client's `ack`. */
  readonly ackMs: number
  /** Between two `progress` frames. */
  readonly progressMs: number
  /** Interval of pings; a client that has not answered the previous one is considered dead. */
  readonly pingMs: number
}

/** The times of a real session; tests use shorter ones. */
export const sessionTimes: SessionTimes = {
  collectMs: 10_000,
  sendMs: 60_000,
  recordMs: 600_000,
  ackMs: 10_000,
  progressMs: 1_000,
  pingMs: 15_000,
}
