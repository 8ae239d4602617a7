import { execFileSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { describe, expect, inject, test } from 'vitest'
import type { Reading } from '../../shared/reading.ts'
import type { PartValues } from '../../shared/snapshot.ts'
import { given, reasonOf } from '../support/collect.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot } from '../support/temporary-folder.ts'

/** Runs a script in a process namespace of its own, and in it reads what runs there. */
function collectAmong(script: string) {
  const collect = `exec ${process.execPath} ${inject('programs').collector} files processes kubelet`
  const namespace = ['--pid', '--fork', '--mount-proc', '--net', '--kill-child', 'sh', '-c', `${script}\n${collect}`]
  const printed = execFileSync('unshare', namespace, { encoding: 'utf8', timeout: 15_000 })
  // Printed by the collectors of these two parts.
  return JSON.parse(printed) as { processes: Reading<PartValues['processes']>; kubelet: Reading<PartValues['kubelet']> }
}

describe.runIf(needs('processes of a host', 'root', 'network namespaces'))('processes', () => {
  test('a kubelet that runs is found with its flags and with the file that they name', async () => {
    const root = await hostRoot({
      '/kubelet': '#!/bin/sh\nread forever < /pipe\n',
      '/config.yaml': 'kind: KubeletConfiguration\nmaxPods: 250\nclusterDNS: [10.96.0.10]\n',
    })
    await chmod(`${root}/kubelet`, 0o755)
    const { kubelet, processes } = collectAmong(`
mkfifo ${root}/pipe; sed -i s#/pipe#${root}/pipe# ${root}/kubelet
${root}/kubelet --config=${root}/config.yaml --max-pods 30 & 
until grep -qx kubelet /proc/$!/comm; do :; done`)
    expect(given(processes).processes).toMatchObject([{ name: 'kubelet' }])
    const { args, configPath, config } = given(kubelet)
    expect(given(args)).toContain(`--config=${root}/config.yaml`)
    expect(configPath).toBe(`${root}/config.yaml`)
    expect(given(config)).toMatchObject({ maxPods: 30, clusterDNS: ['10.96.0.10'] })
  })

  test('where none runs, that is known', () => {
    const { kubelet, processes } = collectAmong('')
    expect(given(processes).processes).toEqual([])
    expect(reasonOf(given(kubelet).args)).toBe('missing')
  })
})
