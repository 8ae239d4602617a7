import { afterEach, expect, test } from 'vitest'
import type { NodeFiles } from '../../../plugin/agents/node-files.ts'
import { readSession } from '../../../plugin/agents/session-client.ts'
import { limits } from '../../../shared/limits.ts'
import { type AgentScript, missingPart, type ScriptedAgent, startAgent } from '../../support/scripted-agent.ts'

let agent: ScriptedAgent | undefined
afterEach(() => agent?.close())

const order = { logBytes: 1000, sinceMinutes: 5 }

/** Keeps files in memory, each as it stands when its last piece has come. */
function memoryFiles() {
  const pieces = new Map<string, Uint8Array[]>()
  const files: NodeFiles = {
    add: async ({ path, bytes }) => void pieces.set(path, [...(pieces.get(path) ?? []), bytes]),
    keep: () => {},
    drop: () => {},
  }
  return { files, text: (path: string) => Buffer.concat(pieces.get(path) ?? []).toString() }
}

async function read(script: AgentScript, files: NodeFiles | null = memoryFiles().files) {
  agent = await startAgent('node1', script)
  return readSession(agent.dial(), {
    token: 'x',
    node: 'node1',
    parts: ['kernel'],
    partMs: 1_000,
    onWaiting: () => undefined,
    ...(files ? { record: { order, now: () => 42, files } } : {}),
    signal: AbortSignal.timeout(10_000),
  })
}

type Session = Parameters<AgentScript>[0]

/** An agent that was greeted and asked, and then does this. */
const asked =
  (act: (session: Session, message: Record<string, unknown>) => void): AgentScript =>
  async session => {
    session.hello()
    const { message } = await session.next()
    act(session, message)
  }

test('files between parts arrive in order, and their sums count', async () => {
  const { files, text } = memoryFiles()
  const large = 'x'.repeat(limits.frameBytes * 2)
  const parts = await read(
    asked((session, message) => {
      expect(message).toMatchObject({ record: { ...order, now: 42 } })
      session.file('files/etc/hostname', Buffer.from('n1'))
      session.part('kernel', missingPart)
      session.file('files/var/log/x', Buffer.from(large))
      session.end()
    }),
    files,
  )
  expect(parts.kernel).toEqual(missingPart)
  expect([text('files/etc/hostname'), text('files/var/log/x')]).toEqual(['n1', large])
})

test('the agent is not asked to record when nobody wants files', async () => {
  await read(
    asked((session, message) => {
      expect(message).not.toHaveProperty('record')
      session.part('kernel', missingPart)
      session.end()
    }),
    null,
  )
})

const bytes = Buffer.from('x')

test.each<[string, string, AgentScript]>([
  ['a path leads out', 'FILE_PATH', asked(session => session.file('files/../../x', bytes))],
  ['a path is absolute', 'FILE_PATH', asked(session => session.file('/etc/passwd', bytes))],
  ['a path is none of a node', 'FILE_PATH', asked(session => session.file('bundle.json', bytes))],
  [
    'a file begins before the one before it is whole',
    'FILE_ORDER',
    asked(session => {
      session.file('files/a', bytes, { last: false })
      session.file('files/b', bytes)
    }),
  ],
  [
    'the end comes in the middle of a file',
    'FILE_ORDER',
    asked(session => {
      session.file('files/a', bytes, { last: false })
      session.end()
    }),
  ],
  [
    'a file is larger than allowed',
    'SESSION_BYTES',
    asked(session => session.file('files/a', bytes, { size: limits.recordedFileBytes + 1 })),
  ],
  [
    'all files together are larger than allowed',
    'SESSION_BYTES',
    asked(session => {
      for (let at = 0; at < 8; at += 1) session.file(`files/${at}`, bytes, { size: limits.recordedFileBytes })
    }),
  ],
  [
    'the sums leave out a file',
    'END_COUNT',
    asked(session => {
      session.file('files/a', bytes)
      session.end({ frames: 0, bytes: 0 })
    }),
  ],
])('%s: %s', async (_name, code, script) => {
  await expect(read(script)).rejects.toMatchObject({ name: 'AgentError', code })
})

test('a file that nobody asked for is a violation', async () => {
  const script = asked(session => session.file('files/a', bytes))
  await expect(read(script, null)).rejects.toMatchObject({ code: 'FRAME_KIND' })
})

test('a slow taker of files slows the reading, and loses nothing', async () => {
  const { files, text } = memoryFiles()
  let underWay = 0
  let most = 0
  const slow: NodeFiles = {
    ...files,
    add: async piece => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(resolve => setImmediate(resolve))
      underWay -= 1
      await files.add(piece)
    },
  }
  await read(
    asked(session => {
      for (let at = 0; at < 50; at += 1) session.file(`files/${at}`, Buffer.from(String(at)))
      session.part('kernel', missingPart)
      session.end()
    }),
    slow,
  )
  expect(most).toBe(1)
  expect(text('files/49')).toBe('49')
})
