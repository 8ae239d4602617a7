import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readEntries } from '../../../plugin/bundle/entries.ts'
import { runBundleRedact } from '../../../plugin/cli/bundle-redact.ts'
import { memoryIo } from '../../support/memory-io.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const pods = { items: [{ metadata: { name: 'billing-0', namespace: 'acme' }, status: { podIP: '10.20.30.40' } }] }
const files = {
  'bundle.json': {
    format: 'netcheck-bundle/1',
    createdAt: '2026-11-21T00:00:00Z',
    tool: 'netcheck 1.0.0',
    partial: 'billing-0 was not read',
  },
  'cluster/resources/core/v1/pods.json': pods,
  'cluster/logs/acme/billing-0/c.log': 'password=Hunter2Hunter2 10.20.30.40',
}

async function bundleIn(folder: string): Promise<string> {
  const top = join(folder, 'bundle')
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(top, path)), { recursive: true })
    await writeFile(join(top, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return top
}

async function contentOf(path: string): Promise<string> {
  let all = ''
  for await (const { path: name, bytes } of readEntries(path)) all += `${name}\n${Buffer.from(bytes).toString()}\n`
  return all
}

test('a redacted bundle holds no name, address or secret, and what they stand for is in a file for its owner alone', async () => {
  const folder = await temporaryFolder()
  const source = await bundleIn(folder)
  const { io, notes } = memoryIo()
  expect(await runBundleRedact({ target: source }, io)).toBe(0)
  const content = await contentOf(`${source}-redacted.tar.gz`)
  expect(content).not.toMatch(/billing|acme|10\.20\.30\.40|Hunter2/)
  expect(content).toMatch(/"createdAt":"2026-11-21T00:00:00Z"/)
  expect(content).toMatch(/"partial":"[a-z]{7}-0 was not read","redacted":true/)
  const map = `${source}-redacted.map.json`
  const mapping: unknown = JSON.parse(await readFile(map, 'utf8'))
  expect(mapping).toMatchObject({
    names: { acme: expect.stringMatching(/^[a-z]{4}$/) },
    addresses: { '10.20.30.40': expect.any(String) },
  })
  for (const path of [map, `${source}-redacted.tar.gz`]) expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(notes.join('\n')).toContain('do not pass it on')
})

test('with none only secrets are taken away, and there is no mapping', async () => {
  const folder = await temporaryFolder()
  const source = await bundleIn(folder)
  const file = join(folder, 'out.tar.gz')
  await runBundleRedact({ target: source, file, redact: 'none' }, memoryIo().io)
  const content = await contentOf(file)
  expect(content).toContain('acme')
  expect(content).not.toContain('Hunter2')
  await expect(stat(join(folder, 'out.map.json'))).rejects.toThrow()
})

test('an existing file is not overwritten, and words that nobody knows are refused', async () => {
  const folder = await temporaryFolder()
  const source = await bundleIn(folder)
  const file = join(folder, 'out.tar.gz')
  await writeFile(file, 'mine')
  await expect(runBundleRedact({ target: source, file }, memoryIo().io)).rejects.toThrow('is not overwritten')
  expect(await readFile(file, 'utf8')).toBe('mine')
  await expect(runBundleRedact({ target: source, redact: 'ports' }, memoryIo().io)).rejects.toThrow('--redact ports')
  await expect(runBundleRedact({}, memoryIo().io)).rejects.toThrow('needs a bundle')
})
