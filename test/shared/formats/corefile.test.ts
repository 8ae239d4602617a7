import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCorefile, zoneOfKey } from '../../../shared/formats/corefile.ts'

const kubeadm = `.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf # the node's own
    cache 30 {
       disable success cluster.local
    }
    loop
}
`

const namesOf = (text: string) =>
  parseCorefile(text).servers.map(({ directives }) => directives.map(({ name }) => name))

describe('a Corefile', () => {
  test('has server blocks of plugins with arguments, options and lines', () => {
    const { servers, problems } = parseCorefile(kubeadm)
    expect(problems).toEqual([])
    expect(servers.map(({ keys }) => keys)).toEqual([['.:53']])
    expect(servers[0]?.directives.map(({ name }) => name)).toEqual([
      ...['errors', 'health', 'kubernetes', 'forward', 'cache', 'loop'],
    ])
    expect(servers[0]?.directives[3]).toEqual({
      name: 'forward',
      args: ['.', '/etc/resolv.conf'],
      line: 10,
      options: [],
    })
    expect(servers[0]?.directives[4]?.options).toEqual([
      { name: 'disable', args: ['success', 'cluster.local'], line: 12 },
    ])
  })

  test('may have several blocks, with keys over several lines', () => {
    const text = 'a.example,\nb.example:5353 {\n log\n}\ntls://. {\n errors\n}'
    expect(parseCorefile(text).servers.map(({ keys }) => keys)).toEqual([['a.example', 'b.example:5353'], ['tls://.']])
  })

  test('may go without braces when it has one block', () => {
    expect(parseCorefile('.\nlog\nforward . 10.0.0.1').servers).toMatchObject([
      { keys: ['.'], directives: [{ name: 'log' }, { name: 'forward', args: ['.', '10.0.0.1'] }] },
    ])
  })

  test('has its snippets in place of their imports, and keeps imports of files', () => {
    const text =
      '(common) {\n log\n cache 30\n}\n.:53 {\n import common\n import custom/*.override\n}\nimport custom/*.server'
    expect(namesOf(text)).toEqual([['log', 'cache', 'import']])
    expect(parseCorefile(text).imports).toEqual(['custom/*.server'])
  })

  test('ends when a snippet imports itself', () => {
    expect(namesOf('(a) {\n import a\n import a\n}\n. {\n import a\n}')[0]?.length).toBeLessThanOrEqual(5_000)
  })

  test('keeps words in quotes whole, and variables as they are', () => {
    const [server] = parseCorefile('.:{$PORT} {\n template ANY "a {\n} # b" \\"\n log\n}').servers
    expect(server?.keys).toEqual(['.:{$PORT}'])
    expect(server?.directives.map(({ name, args }) => [name, ...args])).toContainEqual([
      ...['template', 'ANY', 'a {\n} # b', '\\"'],
    ])
  })

  test.each([
    ['an open brace', '. {\n log\n', 'brace'],
    ['a brace too many', '. {\n log\n}\n}', 'brace'],
    ['an open block of a plugin', '. {\n cache {\n success 5\n}', 'brace'],
    ['an open quote', '. {\n hosts "x\n}', 'quote'],
  ])('tells %s', (_, text, word) => {
    expect(
      parseCorefile(text)
        .problems.map(({ message }) => message)
        .join(),
    ).toContain(word)
  })

  test('reads lines that a block imports', () => {
    expect(parseCorefile('log\nrewrite name a b\n', 'directives').servers[0]?.directives).toMatchObject([
      { name: 'log', line: 1 },
      { name: 'rewrite', args: ['name', 'a', 'b'], line: 2 },
    ])
  })
})

test.each([
  ['.:53', '.', 53],
  ['.', '.', 53],
  ['tls://Example.org.', 'example.org', 853],
  ['10.0.0.0/24:5300', '10.0.0.0/24', 5300],
])('%s serves zone %s at port %d', (key, zone, port) => {
  expect(zoneOfKey(key)).toMatchObject({ zone, port })
})

const word = fc.stringMatching(/^[a-z0-9./:_-]{1,12}$/).filter(text => text !== 'import')
const option = fc.tuple(word, fc.array(word, { maxLength: 3 }))
const directive = fc.tuple(word, fc.array(word, { maxLength: 3 }), fc.array(option, { maxLength: 3 }))
const block = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.array(directive, { maxLength: 5 }))

test('what was written is what is read', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), blocks => {
      const { servers, problems } = parseCorefile(blocks.map(write).join('\n'))
      expect(problems).toEqual([])
      expect(servers.map(plain)).toEqual(blocks)
    }),
    { numRuns: 40 },
  )
})

type Option = readonly [string, readonly string[]]
type Block = readonly [readonly string[], readonly (readonly [string, readonly string[], readonly Option[]])[]]

const write = ([keys, directives]: Block): string =>
  `${keys.join(' ')} {\n${directives
    .map(([name, args, options]) => [name, ...args, ...(options.length > 0 ? [`{\n${lines(options)}}`] : [])].join(' '))
    .join('\n')}\n}`

const lines = (options: readonly Option[]): string =>
  options.map(([name, args]) => `${[name, ...args].join(' ')}\n`).join('')

const plain = ({ keys, directives }: ReturnType<typeof parseCorefile>['servers'][number]) => [
  keys,
  directives.map(({ name, args, options }) => [name, args, options.map(({ name, args }) => [name, args])]),
]

test('any text is read to something', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}" \n#\\a.,()import'.split(''), 'import ') }), text => {
      expect(parseCorefile(text).servers.length).toBeLessThanOrEqual(text.length + 1)
    }),
  )
})
