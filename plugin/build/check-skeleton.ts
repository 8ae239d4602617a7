/** A file of a new check: its path and text. */
export interface SkeletonFile {
  readonly path: string
  readonly text: string
}

/**
 * The files of a new check: `CNI020` and `address family missing` give code, page and test. The firing test case fails
 * until the check is written. Returns a sentence when the code or the words cannot be used.
 */
export function makeSkeleton(code: string, words: string): readonly SkeletonFile[] | string {
  if (!/^[A-Z]{3}\d{3}$/.test(code)) return `${code || 'the code'} is no code: three capital letters and three digits`
  if (!/^[A-Za-z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+)*$/.test(words))
    return 'the name of the failing state must be plain words'
  const area = code.slice(0, 3).toLowerCase()
  const file = `${code.toLowerCase()}-${words.toLowerCase().replaceAll(' ', '-')}`
  const title = words[0]?.toUpperCase() + words.slice(1).replaceAll('-', ' ')
  return [
    { path: `plugin/checks/${area}/${file}.ts`, text: checkText(code, title) },
    { path: `plugin/checks/${area}/${file}.md`, text: pageText(code, title) },
    { path: `test/plugin/checks/${code.toLowerCase()}.test.ts`, text: casesText(`${area}/${file}`) },
  ]
}

const checkText = (code: string, title: string) => `import { nodeCheck, notRun } from '../../engine/check.ts'

export default nodeCheck({
  code: '${code}',
  severity: 'error',
  title: '${title}',
  explains: [],
  needs: ['kernel'],
  run: ({ node }) => notRun(\`\${node} is not judged: this check is not written yet\`),
})
`

const sections = ['What it means', 'How it breaks', 'Confirm by hand', 'Fix', 'When it is fine', 'References']

const pageText = (code: string, title: string) =>
  [`# ${code} ${title}`, ...sections.map(section => `## ${section}\nTo be written.`)].join('\n\n').concat('\n')

const casesText = (path: string) => `import check from '../../../plugin/checks/${path}.ts'
import { unavailable } from '../../../shared/reading.ts'
import { checkCases } from '../../support/check-cases.ts'
import { snapshot } from '../../support/snapshot.ts'

checkCases(check, {
  fires: [{ name: 'on the failing state', given: snapshot({ nodes: { node1: {} } }), subject: 'node1', at: 'node1:' }],
  silent: [
    {
      name: 'when its input was not read',
      given: snapshot({ nodes: { node1: { kernel: unavailable('denied', '') } } }),
      answer: 'not-run',
    },
  ],
})
`
