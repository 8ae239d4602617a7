import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Sight } from '../../agent/release/named-namespace.ts'
import type { Ending } from '../../agent/release/namespace-host.ts'
import { memoryHost } from '../support/memory-host.ts'
import { ask, listing, removalOf, silentHost } from '../support/release-scene.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const name = 'cni-5d1b7f0a-1c2e-4b6f-8a90-000000000001'
const left = { name, containerId: 'c1' }

const link = (index: number, device: string, of = name) =>
  `${index}: ${device}@if2: <BROADCAST> mtu 1500 \\    link/ether 0a:0b brd ff:ff link-netns ${of}\n`
const ended = (stdout = '', exitCode: number | null = 0, stderr = ''): Ending => ({ exitCode, stdout, stderr })

interface Node {
  readonly sights?: readonly Sight[]
  /** What the host prints of its devices, look after look. */
  readonly links?: readonly Ending[]
  readonly deleted?: Ending
}

/** A host that says of itself what it is told to say, again and again the last of it. */
function fakeHost({ sights = [{ kind: 'idle' }, { kind: 'gone' }], links = [ended()], deleted = ended() }: Node) {
  const commands: string[] = []
  const next = <T>(all: readonly T[], index: number) => all[Math.min(index, all.length - 1)] as T
  let looks = 0
  let lists = 0
  return {
    commands,
    look: async () => next(sights, looks++),
    run: async (argv: readonly string[]) => {
      commands.push(argv.join(' '))
      return argv[1] === 'netns' ? deleted : next(links, lists++)
    },
  }
}

const deletion = `ip netns delete ${name}`

async function removeOn(node: Node, openHost = () => silentHost()) {
  const folder = await temporaryFolder()
  const namespaces = fakeHost(node)
  const { outcomes, done } = await ask(removalOf([left]), { folder, openHost, namespaces })
  const journal = await readFile(`${folder}/.netcheck/20260102T030405Z-0badcafe/journal.jsonl`, 'utf8')
  const events = journal
    .split('\n')
    .flatMap(line => (line === '' ? [] : [(JSON.parse(line) as { event: string }).event]))
  const { done: listed } = await ask(listing, { folder })
  return { outcome: outcomes[0], done, events, commands: namespaces.commands, runs: listed.runs }
}

test('a namespace is removed by the host’s own program between its intent and its end in the journal', async () => {
  const links = [ended(link(7, 'veth1') + link(8, 'veth2', 'other')), ended(link(8, 'veth2', 'other'))]
  const { outcome, events, commands, runs } = await removeOn({ links })
  expect(outcome).toEqual({ network: 'netns', address: name, result: 'removed', why: '' })
  expect(events).toEqual(['begin', 'intent-namespace', 'removed', 'end'])
  expect(commands).toEqual(['ip -o link show', deletion, 'ip -o link show'])
  expect(runs).toMatchObject([{ kept: [], complete: true }])
})

test.each<[string, Node, string]>([
  ['a process is in it', { sights: [{ kind: 'kept', why: 'process 7 is in it' }] }, 'process 7 is in it'],
  ['the host has no program ip', { links: [ended('', 127, 'not found')] }, 'program ip does not work: not found'],
])('it stays when %s', async (_, node, why) => {
  const { outcome, events, commands } = await removeOn(node)
  expect(outcome).toMatchObject({ result: 'refused', why: expect.stringContaining(why) })
  expect(events).toEqual(['begin', 'not-removed', 'end'])
  expect(commands).not.toContain(deletion)
})

test.each([
  [
    'lists its sandbox',
    { 'pod-sandboxes': { items: [{ id: 'c1', metadata: { name: 'web', uid: 'u', namespace: 'shop' } }] } },
    '',
    'the runtime lists its sandbox',
  ],
  ['does not answer', {}, '', 'the runtime does not answer'],
  ['has a plugin at work', { 'pod-sandboxes': { items: [] } }, 'CNI_COMMAND=DEL\0CNI_CONTAINERID=c1', '(DEL)'],
])('it stays when the runtime %s', async (_, cri, environ, why) => {
  const host = () => memoryHost({ files: { '/proc/1/environ': '', '/proc/7/environ': environ }, cri })
  const { outcome, commands } = await removeOn({}, host)
  expect(outcome).toMatchObject({ result: 'refused', why: expect.stringContaining(why) })
  expect(commands).toEqual([])
})

test('one that is gone already is not removed again', async () => {
  const { outcome, commands } = await removeOn({ sights: [{ kind: 'gone' }] })
  expect(outcome?.result).toBe('gone')
  expect(commands).not.toContain(deletion)
})

test.each([
  ['fails', ended('', 1, 'Device or resource busy'), '(1): Device or resource busy'],
  ['does not end', ended('', null), 'it did not end'],
])('a removal that %s is told as such', async (_, deleted, why) => {
  const { outcome, events } = await removeOn({ sights: [{ kind: 'idle' }], deleted })
  expect(outcome).toMatchObject({ result: 'failed', why: expect.stringContaining(why) })
  expect(events).toEqual(['begin', 'intent-namespace', 'not-removed', 'end'])
})

test('a device that cannot be looked at afterwards does not make it stay', async () => {
  const { outcome, events } = await removeOn({ links: [ended(link(7, 'veth1')), ended('', 1, 'no')] })
  expect(outcome).toMatchObject({ result: 'removed', why: expect.stringContaining('is not known') })
  expect(events).toContain('removed')
})

test('nothing is begun once the client is gone', async () => {
  const namespaces = fakeHost({})
  const folder = await temporaryFolder()
  const { done } = await ask(removalOf([left]), { folder, namespaces, signal: AbortSignal.abort() })
  expect([done.stopped, namespaces.commands]).toEqual(['the connection was lost', []])
})
