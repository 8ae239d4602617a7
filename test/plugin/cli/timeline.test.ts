import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
// All checks are loaded here: it takes long, and no test has to wait for it.
import '../../../plugin/gen/checks.ts'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { sinceOf } from '../../../plugin/cli/timeline-options.ts'
import { differenceSchema } from '../../../plugin/model/diff/difference.ts'
import { timelineSchema } from '../../../plugin/model/timeline/timeline.ts'
import { memoryIo } from '../../support/memory-io.ts'

const bundle = (name: string): string => fileURLToPath(new URL(`../../bundles/${name}`, import.meta.url))

async function run(...args: string[]) {
  const { io, out } = memoryIo()
  const request = await parseArguments(args, null)
  if (request.kind !== 'run') throw new Error(request.text)
  return { code: await request.command.run(request.options, io), out: out() }
}

test('a recording has a timeline, which analyze shows as well, and says what it does not hold', async () => {
  const { code, out } = await run('timeline', '--from', bundle('k3s'))
  expect(code).toBe(3)
  expect(out).toMatch(/boot .*the node was booted[\s\S]*not looked at/)
  expect((await run('analyze', bundle('k3s'), '--timeline')).out).toBe(out)
})

test('the JSON has the published shape, also beside a difference', async () => {
  const alone = await run('timeline', '--from', bundle('k3s'), '-o', 'json')
  expect(timelineSchema.safeParse(JSON.parse(alone.out)).success).toBe(true)
  const between = await run('diff', bundle('k3s'), bundle('k3s'), '--timeline', '-o', 'json')
  const difference = differenceSchema.safeParse(JSON.parse(between.out))
  expect(difference.data?.timeline?.entries.filter(({ source }) => source === 'recording')).toHaveLength(2)
})

test('--since counts back from when the state was read, or is a time', () => {
  const takenAt = Date.parse('2026-01-01T12:00:00Z')
  expect(sinceOf('90m', takenAt)).toBe(takenAt - 90 * 60_000)
  expect(sinceOf('2026-01-01T11:00:00Z', takenAt)).toBe(takenAt - 60 * 60_000)
  expect(() => sinceOf('2026-13-45', takenAt)).toThrow(/--since 2026-13-45/)
  expect(() => sinceOf('soon', takenAt)).toThrow(/--since soon/)
})

test('a timeline is no page', async () => {
  await expect(run('analyze', bundle('k3s'), '--timeline', '-o', 'html')).rejects.toMatchObject({ code: 'USAGE' })
})

test('a wrong --since is told before anything is read', async () => {
  await expect(run('timeline', '--since', 'soon', '--from', '/no/such/recording')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('--since soon'),
  })
})
