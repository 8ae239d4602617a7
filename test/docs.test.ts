import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseArguments } from '../plugin/cli/parse.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
  await readFile(join(root, 'package.json'), 'utf8'),
)

const inFolder = async (folder: string) =>
  (await readdir(join(root, folder), { recursive: true })).map(name => join(folder, name))
const pages = [...(await readdir(root)), ...(await inFolder('docs')), ...(await inFolder('plugin/checks'))]
  .filter(name => name.endsWith('.md'))
  .sort()

describe.each(pages)('%s', page => {
  test('leads to files and headings that are there, and to scripts and commands that the program takes', async () => {
    const text = await readFile(join(root, page), 'utf8')
    expect(await badLinks(page, text)).toEqual([])
    expect(scriptsIn(text).filter(name => !Object.hasOwn(scripts, name))).toEqual([])
    expect(await refused(commandsIn(text))).toEqual([])
  })
})

async function badLinks(page: string, text: string): Promise<readonly string[]> {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (/^\w+:/.test(link) ? [] : [link]))
  const isBad = await Promise.all(links.map(async link => !(await isThere(page, link))))
  return links.filter((_, at) => isBad[at])
}

async function isThere(page: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return false
  if (anchor === undefined) return true
  return headings(await readFile(file, 'utf8')).includes(anchor)
}

/** Anchors of headings, as they are made on code hosts. */
const headings = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

const scriptsIn = (text: string): readonly string[] =>
  [...text.matchAll(/npm run (?:-\w+ )*([\w:]+)/g)].map(([, name = '']) => name)

/** Words of every `kubectl netcheck …` in code; comments, pipes and redirections end one. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const fenced = text.split(/^```.*$/m).filter((_, at) => at % 2 === 1)
  const indented = [...text.matchAll(/^ {4}.*$/gm)].map(([line]) => line)
  const inline = [...text.matchAll(/`(kubectl netcheck[^`]*)`/g)].map(([, code = '']) => code)
  return [...fenced.flatMap(block => block.split('\n')), ...indented, ...inline].flatMap(line => {
    const plain = line.replaceAll(/<[\w ]+>/g, 'PLACEHOLDER').replaceAll(/[[\]]/g, '')
    const command = /kubectl netcheck(?: ([^#|><…]*)|$)/.exec(plain)
    return command === null ? [] : [(command[1] ?? '').trim().split(/\s+/)]
  })
}

async function refused(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(commands.map(words => parseArguments(words.filter(Boolean), null)))
  return outcomes.flatMap((outcome, at) =>
    outcome.status === 'rejected' ? [`${commands[at]?.join(' ')}: ${outcome.reason}`] : [],
  )
}
