/** The cluster's clock: the machine's time plus what a test has skipped. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once at `time`, or at once if it has passed. Returns a function that cancels it. */
  at(time: number, work: () => void): () => void
  /** Advances the time by `ms` and runs everything that is due. */
  skip(ms: number): void
  stop(): void
}

interface Alarm {
  readonly time: number
  readonly work: () => void
  timer: NodeJS.Timeout
}

/** Longest delay that setTimeout supports. */
const longest = 2 ** 31 - 1

export function makeClock(): Clock {
  const alarms = new Set<Alarm>()
  let skipped = 0
  const now = () => Date.now() + skipped
  const ring = (alarm: Alarm) => {
    if (!alarms.delete(alarm)) return
    clearTimeout(alarm.timer)
    alarm.work()
  }
  const arm = (alarm: Alarm): NodeJS.Timeout => {
    const wait = Math.min(Math.max(0, alarm.time - now()), longest)
    return setTimeout(() => {
      if (alarm.time <= now()) ring(alarm)
      else alarm.timer = arm(alarm)
    }, wait).unref()
  }
  return {
    now,
    at: (time, work) => {
      const alarm: Alarm = { time, work, timer: setTimeout(() => {}, 0) }
      clearTimeout(alarm.timer)
      alarm.timer = arm(alarm)
      alarms.add(alarm)
      return () => {
        clearTimeout(alarm.timer)
        alarms.delete(alarm)
      }
    },
    skip: ms => {
      skipped += ms
      for (const alarm of [...alarms].sort((a, b) => a.time - b.time)) {
        if (alarm.time <= now()) ring(alarm)
        else {
          clearTimeout(alarm.timer)
          alarm.timer = arm(alarm)
        }
      }
    },
    stop: () => {
      for (const { timer } of alarms) clearTimeout(timer)
      alarms.clear()
    },
  }
}

/** RFC 3339 with whole seconds, as the API writes times. */
export const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
