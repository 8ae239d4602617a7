import { expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'

test('names of nodes and options reach the command', async () => {
  const request = await parseArguments(['nodes', 'n1', 'n2', '-o', 'json', '--agent-image', 'mirror/node:24'], null)
  expect(request).toMatchObject({
    kind: 'run',
    command: { command: 'nodes [node..]' },
    options: { node: ['n1', 'n2'], output: 'json', agentImage: 'mirror/node:24', namespace: 'kube-system' },
  })
})

test('a name that looks like a number stays text', async () => {
  expect(await parseArguments(['nodes', '10'], null)).toMatchObject({ options: { node: ['10'] } })
})

test('a repeated option has its last value', async () => {
  const request = await parseArguments(
    ['nodes', '-o', 'json', '-o', 'yaml', '--as-group', 'a', '--as-group', 'b'],
    null,
  )
  expect(request).toMatchObject({ options: { output: 'yaml', asGroup: ['a', 'b'] } })
})

test.each([[['--help']], [['-h']]])('%j prints the help with every command', async args => {
  const request = await parseArguments(args, null)
  expect(request.kind).toBe('help')
  for (const name of ['check', 'nodes', 'analyze', 'cleanup', 'manifests', 'explain', 'version'])
    expect(request).toHaveProperty('text', expect.stringContaining(name))
})

test('without a command everything is checked', async () => {
  const request = await parseArguments(['--no-agent', '-n', 'shop'], null)
  expect(request).toMatchObject({
    kind: 'run',
    command: { command: '$0' },
    options: { noAgent: true, namespace: 'shop', agentNamespace: 'kube-system' },
  })
})

test('agents of nodes have their namespace by either name of the option', async () => {
  for (const option of ['-n', '--namespace', '--agent-namespace'])
    expect(await parseArguments(['nodes', option, 'tools'], null)).toMatchObject({ options: { namespace: 'tools' } })
})

test('help of a command prints its options and runs nothing', async () => {
  const request = await parseArguments(['nodes', '--help'], null)
  expect(request).toMatchObject({ kind: 'help', text: expect.stringContaining('--node-timeout') })
})

test.each([
  [['nosuch']],
  [['check', 'nosuch']],
  [['nodes', '--nosuch']],
  [['nodes', '-o', 'xml']],
  [['nodes', '-o']],
  [['nodes', '--fail-on']],
  [['nodes', '--context']],
])('%j is a usage error', async args => {
  await expect(parseArguments(args, null)).rejects.toMatchObject({ code: 'USAGE' })
})

const nodesHelp = 'kubectl netcheck nodes --help'

test.each([
  [['pods'], 'unknown argument: pods', 'kubectl netcheck check pods'],
  [['nosuch'], 'unknown argument: nosuch', expect.stringMatching(/^commands are: check, nodes, .*, version$/)],
  [['--nosuch'], 'unknown argument: nosuch', 'kubectl netcheck --help'],
  [['nodes', '--nosuch'], 'unknown argument: nosuch', nodesHelp],
  [['nodes', '-o', 'xml'], '--output: "xml" is not one of text, wide, json, yaml, html', nodesHelp],
  [['nodes', '-o'], '-o needs a value', nodesHelp],
  [['nodes', '--timeout'], '--timeout needs a value', nodesHelp],
  [['path', 'a'], 'too few words: kubectl netcheck path <source> <target>', 'kubectl netcheck path --help'],
  [
    ['check', 'nosuch'],
    'view: "nosuch" is not one of cni, dns, proxy, services, pods, policies, routes',
    'kubectl netcheck check --help',
  ],
])('%j says what is wrong, and where help is', async (args, message, hint) => {
  await expect(parseArguments(args, null)).rejects.toMatchObject({ message, hint })
})

test('--version and help are understood', async () => {
  expect(await parseArguments(['--version'], null)).toMatchObject({ kind: 'run', command: { command: 'version' } })
  expect(await parseArguments(['help', 'nodes'], null)).toEqual(await parseArguments(['nodes', '--help'], null))
})
