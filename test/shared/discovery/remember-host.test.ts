import { expect, test } from 'vitest'
import { rememberHost } from '../../../shared/discovery/remember-host.ts'
import type { Host } from '../../../shared/host.ts'
import { memoryHost } from '../../support/memory-host.ts'

/** A host that writes down what it is asked. */
function observed(): { readonly host: Host; readonly asked: string[] } {
  const asked: string[] = []
  const memory = memoryHost({ files: { '/a/b': 'abc' }, commands: { 'ip-addr': '[]' }, cri: { version: {} }, http: {} })
  const note = <T>(text: string, answer: Promise<T>): Promise<T> => {
    asked.push(text)
    return answer
  }
  return {
    asked,
    host: {
      read: (path, options) => note(`read ${path}`, memory.read(path, options)),
      list: path => note(`list ${path}`, memory.list(path)),
      stat: path => note(`stat ${path}`, memory.stat(path)),
      run: name => note(`run ${name}`, memory.run(name)),
      cri: call => note(`cri ${call}`, memory.cri(call)),
      http: name => note(`http ${name}`, memory.http(name)),
      pods: () => note('pods', memory.pods()),
    },
  }
}

const askAll = (host: Host) =>
  Promise.all([
    host.read('/a/b'),
    host.list('/a'),
    host.run('ip-addr'),
    host.cri('version'),
    host.http('kube-proxy-mode'),
    host.pods(),
  ])

test('every question is asked once, also while the first is under way, and answered the same', async () => {
  const { host, asked } = observed()
  const remembered = rememberHost(host)
  const [first, second] = await Promise.all([askAll(remembered), askAll(remembered)])
  expect(await askAll(remembered)).toEqual(first)
  expect(second).toEqual(first)
  expect(asked).toHaveLength(6)
})

test('a second sample and another limit are questions of their own', async () => {
  const { host, asked } = observed()
  const remembered = rememberHost(host)
  await remembered.read('/a/b')
  await remembered.read('/a/b', { sample: 2 })
  expect((await remembered.read('/a/b', { maxBytes: 1 })).status).toBe('unavailable')
  expect(asked).toHaveLength(3)
})

test('sandboxes are asked for anew each time: they are witnesses of what changes meanwhile', async () => {
  const { host, asked } = observed()
  const remembered = rememberHost(host)
  await remembered.cri('pod-sandboxes')
  await remembered.cri('pod-sandboxes')
  expect(asked).toHaveLength(2)
})

test('a file is examined anew each time: whether it is still the same is asked of it twice', async () => {
  const { host, asked } = observed()
  const remembered = rememberHost(host)
  await remembered.stat('/a/b')
  await remembered.stat('/a/b')
  expect(asked).toHaveLength(2)
})

test('what programs print of rules is not kept: it is large, and one part alone asks for it', async () => {
  const { host, asked } = observed()
  const remembered = rememberHost(host)
  await remembered.run('nft-ruleset')
  await remembered.run('nft-ruleset')
  expect(asked).toHaveLength(2)
})
