import * as z from 'zod/mini'
import type { CommandName } from '../commands.ts'
import { iptablesDumpSchema, parseIptablesSave } from '../formats/iptables-save.ts'
import type { Host } from '../host.ts'
import { isOk, ok, type Reading, unavailable } from '../reading.ts'
import { oneLine } from '../text.ts'

/** A dump with the program's warnings. */
export const savedSchema = z.extend(iptablesDumpSchema, {
  command: z.string(),
  /** Error output, at most 20 lines. */
  complaints: z.array(z.string()),
  /** Whether it warns that legacy rules exist too. */
  warnsOfLegacy: z.boolean(),
})
type Saved = z.infer<typeof savedSchema>

/** Factor from characters of a dump to characters of its JSON. */
const cost = 1.4

/** Runs a program that saves all tables, and deducts the kept text from the budget. */
export async function readSaved(host: Host, command: CommandName, budget: { room: number }): Promise<Reading<Saved>> {
  const result = await host.run(command)
  if (!isOk(result)) return result
  const { exitCode, stdout, stderr } = result.value
  if (exitCode !== 0) return failure(command, { exitCode, stderr })
  const dump = parseIptablesSave(stdout, budget.room)
  budget.room = Math.max(0, budget.room - stdout.length * cost)
  const complaints = stderr.split('\n', 20).flatMap(line => (line.trim() === '' ? [] : [oneLine(line)]))
  const warnsOfLegacy = complaints.some(line => /legacy tables present/.test(line))
  return ok({ ...dump, command, complaints, warnsOfLegacy })
}

function failure(command: CommandName, { exitCode, stderr }: { exitCode: number; stderr: string }): Reading<Saved> {
  const reason = /not permitted|permission denied|must be root/i.test(stderr) ? 'denied' : 'failed'
  return unavailable(reason, `${command} exits ${exitCode}: ${oneLine(stderr)}`)
}
