import { expect, test } from 'vitest'
import { parseArguments } from '../../../plugin/cli/parse.ts'
import { renderOrphans } from '../../../plugin/report/release.ts'
import { memoryIo } from '../../support/memory-io.ts'

async function run(...args: string[]) {
  const request = await parseArguments(['ipam', ...args], null)
  if (request.kind !== 'run') throw new Error(request.text)
  return request.command.run(request.options, memoryIo().io)
}

test('namespaces are dealt with alone and on one node', async () => {
  const usage = (text: string) => expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(text) })
  const orphans = ['--orphans', '--node', 'n1']
  await expect(run('release', ...orphans, '--all-leaked')).rejects.toEqual(usage('stands alone'))
  await expect(run('undo', ...orphans)).rejects.toEqual(usage('stands alone'))
  await expect(run('release', '--orphans', '--yes')).rejects.toEqual(usage('works on one node'))
})

const command = 'kubectl netcheck ipam release --node n1 --orphans --yes'

test('each comes with a command that spares those with processes, whatever its name', () => {
  const text = renderOrphans('n1', [{ name: 'cni-1; reboot', containerId: 'c'.repeat(64), pod: null }], command)
  expect(text).toContain(`Nothing was changed. To remove them: ${command}\nThat cannot be undone.`)
  expect(text).toContain(`test -z "$(ip netns pids 'cni-1; reboot')" && ip netns delete 'cni-1; reboot'\n`)
  expect(renderOrphans('n1', [], command)).toMatch(/^No network namespace/)
})
