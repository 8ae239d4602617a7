import { copyFile, mkdir, symlink, truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { liveFiles } from '../../agent/host/files.ts'
import type { Host } from '../../shared/host.ts'
import { cniBinaries } from '../../shared/node/cni-binaries.ts'
import { unavailable } from '../../shared/reading.ts'
import { given } from '../support/collect.ts'
import { needs } from '../support/requirements.ts'
import { hostRoot } from '../support/temporary-folder.ts'

const missing = async () => unavailable('missing', 'not in this test')

describe.runIf(needs('plugins of the distribution', 'containernetworking-plugins'))('plugin binaries', () => {
  test('whole, cut, linked within the host and linked to nowhere', async () => {
    const root = await hostRoot({ '/opt/cni/bin/script': '#!/bin/sh\n' })
    const bin = `${root}/opt/cni/bin`
    await mkdir(`${root}/srv`)
    await copyFile('/usr/lib/cni/loopback', `${root}/srv/loopback-1.1.1`)
    await copyFile('/usr/lib/cni/loopback', `${bin}/cut`)
    await truncate(`${bin}/cut`, 100_000)
    await symlink('/srv/loopback-1.1.1', `${bin}/loopback`)
    await symlink('/usr/lib/cni/bridge', `${bin}/outside`)
    const calls = { run: missing, cri: missing, http: missing, pods: missing }
    const host: Host = { ...liveFiles({ root, proc: '/proc', sys: '/sys' }), ...calls }
    const { directories } = given(
      await cniBinaries.collect(host, { now: Date.now, pause: async () => {}, sampleMs: 0 }),
    )
    const entries = given(directories[0]?.entries ?? unavailable('failed', 'no directory'))
    const found = Object.fromEntries(entries.map(({ name, ...rest }) => [name, rest]))
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch
    expect(found.loopback).toMatchObject({
      type: 'link',
      target: '/srv/loopback-1.1.1',
      kind: 'elf',
      architecture,
      cut: false,
      file: { status: 'ok', value: { mode: '0755' } },
    })
    expect(found.cut).toMatchObject({ type: 'file', kind: 'elf', cut: true, file: { value: { size: 100_000 } } })
    // The machine of this test has that file, the host below the folder has not.
    expect(found.outside).toMatchObject({ type: 'link', kind: null, file: { reason: 'missing' } })
    expect(found.script).toMatchObject({ kind: 'script', architecture: null })
  })
})
