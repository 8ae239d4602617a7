import type { CommandName } from '../commands.ts'
import type { Host } from '../host.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'
import { oneLine } from '../text.ts'

/** The output of a command; a failed command is unavailable with its error message. */
export async function readOutput(host: Host, name: CommandName): Promise<Reading<string>> {
  const result = await host.run(name)
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  if (exitCode === 0) return ok(stdout)
  const reason = /not permitted|permission denied/i.test(stderr) ? 'denied' : 'failed'
  return unavailable(reason, `${name} exits ${exitCode}: ${oneLine(stderr)}`)
}
