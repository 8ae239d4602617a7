import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { runExplain } from '../../../plugin/cli/explain.ts'
import { memoryIo } from '../../support/memory-io.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const sentence = 'Several configurations stand in the directory, and the first by the order of bytes wins.'
const command = `kubectl get node NODE -o jsonpath='{.status.addresses}' # ${'x'.repeat(40)}`
const page = `# CNI004 Title\n\n${sentence}\n\n\`\`\`sh\n${command}\n\`\`\`\n\n${sentence}\n`

async function explain(code: string, width: number): Promise<string> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'pages'))
  await writeFile(join(folder, 'pages/CNI004.md'), page)
  const { io, out } = memoryIo({ assets: pathToFileURL(`${folder}/`), width })
  await runExplain({ code }, io)
  return out()
}

test('a page is printed as it is where there is no terminal, by code or by the id of a finding', async () => {
  expect(await explain('cni004', Number.POSITIVE_INFINITY)).toBe(page)
  expect(await explain('CNI004/node/node2', Number.POSITIVE_INFINITY)).toBe(page)
})

test('on a terminal sentences wrap between words, and commands are never cut', async () => {
  const text = await explain('CNI004', 50)
  expect(text).toContain(`\n${command}\n`)
  expect(text.split('\n').filter(line => line.length > 50)).toEqual([command])
  expect(text.replace(/\s+/g, ' ')).toBe(page.replace(/\s+/g, ' '))
})

test('a code that no check has is a mistake of use', async () => {
  await expect(explain('CNI999', 80)).rejects.toMatchObject({ code: 'USAGE' })
})
