import type { Done, LeftNamespace, Outcome, RemovalOrder } from '../../shared/protocol/release.ts'
import { oneLine } from '../../shared/text.ts'
import { type Run, runJournalled } from './journalled-run.ts'
import type { NamespaceHost } from './namespace-host.ts'
import { explain } from './release.ts'
import { pauseMs, type Work } from './work.ts'

/**
 * Removes network namespaces whose sandboxes are gone, one after the other; each is checked to be unused right before.
 * It cannot be undone. Throws system errors when the journal cannot be created; then nothing was removed.
 */
export async function removeNamespaces(order: RemovalOrder, work: Work): Promise<Done> {
  const { run, namespaces } = order
  return runJournalled({ run, asked: namespaces.length }, work, async scene => {
    for (const each of namespaces) {
      if (work.signal.aborted) return 'the connection was lost'
      await work.tell(await removeOne(each, scene))
      await work.pause(pauseMs)
    }
    return null
  })
}

async function removeOne(namespace: LeftNamespace, run: Run): Promise<Outcome> {
  const { name, containerId } = namespace
  try {
    const claimed = (await run.askRuntime())(containerId)
    if (claimed !== null) return await refuse(name, claimed, run)
    const devices = await devicesOf(name, run.namespaces)
    // Processes are checked last, because only they could enter it meanwhile.
    const sight = await run.namespaces.look(name)
    if (sight.kind === 'gone') return outcome(name, 'gone', 'it was removed meanwhile')
    if (sight.kind === 'kept') return await refuse(name, sight.why, run)
    await run.journal.append({ event: 'intent-namespace', namespace })
    return await remove(name, devices, run)
  } catch (error) {
    return refuse(name, explain(error), run)
  }
}

async function refuse(name: string, why: string, { journal }: Run): Promise<Outcome> {
  await journal.append({ event: 'not-removed', name, why }).catch(() => {})
  return outcome(name, 'refused', why)
}

/** After the attempt, an error does not show whether the namespace still exists, so it is examined again. */
async function remove(name: string, devices: readonly string[], run: Run): Promise<Outcome> {
  const { exitCode, stderr } = await run.namespaces.run(['ip', 'netns', 'delete', name])
  const sight = await run.namespaces.look(name).catch((error: unknown) => ({ kind: 'unseen', error }) as const)
  if (sight.kind === 'unseen')
    return outcome(name, 'failed', `whether it is gone is not known: ${explain(sight.error)}`)
  if (sight.kind !== 'gone') {
    const why = `ip netns delete did not remove it (${exitCode ?? 'it did not end'}): ${oneLine(stderr, 200)}`
    await run.journal.append({ event: 'not-removed', name, why }).catch(() => {})
    return outcome(name, 'failed', why)
  }
  const failure = await run.journal.append({ event: 'removed', name }).catch((error: unknown) => error)
  const notes = [
    failure === undefined ? '' : `the journal lacks its end: ${explain(failure)}`,
    await describeRest(devices, run).catch(error => `whether its device is gone is not known: ${explain(error)}`),
  ]
  return outcome(name, 'removed', notes.filter(note => note !== '').join('; '))
}

/** How often the host's devices are listed, 100 ms apart: some disappear only after the namespace. */
const mostLooks = 20

/** The kernel tears a namespace down in the background once it is unused. */
async function describeRest(devices: readonly string[], { namespaces, pause }: Run): Promise<string> {
  let left = devices
  for (let look = 0; look < mostLooks && left.length > 0; look += 1) {
    await pause(pauseMs)
    const present = await listLinks(namespaces)
    left = devices.filter(device =>
      present.some(line => line.startsWith(`${device}:`) || line.startsWith(`${device}@`)),
    )
  }
  const names = left.map(device => device.split(' ')[1]).join(', ')
  return left.length === 0 ? '' : `its device ${names} is still there: something holds the namespace open`
}

/** Host devices whose peer is in this namespace, as `7: veth1`. */
async function devicesOf(name: string, host: NamespaceHost): Promise<readonly string[]> {
  const lines = (await listLinks(host)).filter(line => / link-netns (\S+)/.exec(line)?.[1] === name)
  return lines.map(line => /^\d+: [^:@\s]+/.exec(line)?.[0] ?? line)
}

async function listLinks(host: NamespaceHost): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await host.run(['ip', '-o', 'link', 'show'])
  if (exitCode !== 0) throw new Error(`the host’s program ip does not work: ${oneLine(stderr, 200)}`)
  return stdout.split('\n')
}

const outcome = (name: string, result: Outcome['result'], why: string): Outcome => ({
  network: 'netns',
  address: name,
  result,
  why,
})
