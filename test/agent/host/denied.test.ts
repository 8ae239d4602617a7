import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { collectFrom, connectAgent } from '../../support/agent-client.ts'
import { startAgent } from '../../support/agent-process.ts'
import { hostRoot } from '../../support/temporary-folder.ts'

/** Root may read everything, so the agent runs as another user. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined

test('what the agent may not read is denied, which is not missing', async () => {
  const root = await hostRoot({ '/etc/resolv.conf': 'nameserver 10.0.0.1\n' })
  await chmod(root, 0o755)
  await chmod(`${root}/etc/resolv.conf`, 0o000)
  const agent = await startAgent(root, { uid })
  const { parts } = await collectFrom(await connectAgent(agent), ['resolvConf'])
  expect(JSON.stringify(parts)).toContain('denied')
  expect(JSON.stringify(parts)).not.toContain('missing')
})
