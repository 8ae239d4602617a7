import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePodCgroup } from '../../../shared/formats/pod-cgroup.ts'

const uid = '5d1b7f0a-1c2e-4b6f-8a90-3e4f5a6b7c81'
const id = 'a'.repeat(64)

test.each([
  [
    'cgroup v1, cgroupfs',
    `11:memory:/kubepods/burstable/pod${uid}/${id}\n1:name=systemd:/kubepods/burstable/pod${uid}/${id}\n`,
  ],
  [
    'containerd with systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope\n`,
  ],
  [
    'CRI-O, guaranteed',
    `0::/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/crio-${id}.scope/container\n`,
  ],
  [
    'seen from another control group',
    `0::/../../kubepods-besteffort-pod${uid.replaceAll('-', '_')}.slice/docker-${id}.scope\n`,
  ],
  [
    'a node that is a container',
    `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${uid.replaceAll('-', '_')}.slice/x\n`,
  ],
  ['the pod itself', `0::/kubepods/pod${uid}\n`],
  ['a pod within a pod', `0::/kubepods/pod11111111-2222-3333-4444-555555555555/${id}/kubepods/pod${uid}/${id}\n`],
])('%s', (_, text) => expect(parsePodCgroup(text)).toBe(uid))

test('a static pod has the hash of its manifest', () => {
  expect(parsePodCgroup(`0::/kubepods/burstable/pod${'0af'.repeat(10)}bc/${id}`)).toBe(`${'0af'.repeat(10)}bc`)
})

test.each(['', '0::/', '0::/system.slice/containerd.service', `0::/podman/${id}`, `0::/kubepods/pod${uid}x/1`])(
  'no pod: %s',
  text => expect(parsePodCgroup(text)).toBeNull(),
)

test('any text is a uid or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^(\/kubepods|-pod|pod|[0-9a-f_-]{1,36}|\.slice|\n){0,12}$/)),
      text => {
        const found = parsePodCgroup(text)
        expect(found === null || /^(?:[0-9a-f]{32}|[0-9a-f-]{36})$/.test(found)).toBe(true)
      },
    ),
  )
})
