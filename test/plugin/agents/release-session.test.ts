import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { AgentError } from '../../../plugin/agents/agent-error.ts'
import { holdReleaseSession } from '../../../plugin/agents/release-session.ts'
import { startAgent } from '../../support/agent-process.ts'
import { listing, orderFor, undoOf } from '../../support/release-scene.ts'
import { hostRoot, temporaryFolder } from '../../support/temporary-folder.ts'

const reserved = { network: 'rig', address: '10.9.0.2', containerId: 'c', interfaceName: 'eth0', inode: 7 }

async function openAgent() {
  const { port, token } = await startAgent(await hostRoot(), { releaseFolder: await temporaryFolder() })
  return (request: Parameters<typeof holdReleaseSession>[1]['request'], node = 'n1') => {
    const signal = new AbortController().signal
    const outcomes: unknown[] = []
    const onOutcome = (outcome: unknown) => void outcomes.push(outcome)
    const done = holdReleaseSession(connect(port, '127.0.0.1'), { token, node, request, signal, onOutcome })
    return done.then(result => ({ done: result, outcomes }))
  }
}

test('hears every outcome and the end', async () => {
  const ask = await openAgent()
  expect(await ask(listing)).toEqual({ done: { runs: [], stopped: null }, outcomes: [] })
  expect(await ask(undoOf())).toMatchObject({ done: { stopped: expect.stringContaining('there is no run') } })
  const { outcomes } = await ask(orderFor([reserved]))
  expect(outcomes).toEqual([
    { network: 'rig', address: '10.9.0.2', result: 'refused', why: 'the store of network rig is not there' },
  ])
})

test('asks no agent of another node', async () => {
  const ask = await openAgent()
  await expect(ask(orderFor([reserved]), 'n2')).rejects.toMatchObject({ code: 'WRONG_NODE' })
})

test('a stream that ends early is no end', async () => {
  const server = createServer(socket => socket.once('data', () => socket.destroy()))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const options = {
    token: 't',
    node: 'n1',
    request: listing,
    signal: new AbortController().signal,
    onOutcome: () => {},
  }
  await expect(holdReleaseSession(connect(port, '127.0.0.1'), options)).rejects.toBeInstanceOf(AgentError)
})
