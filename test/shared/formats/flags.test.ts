import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flagValue, hideSecrets, splitArguments, wordsOfShell } from '../../../shared/formats/flags.ts'

test('a flag has its value behind an equals sign or as the next word; the last one counts', () => {
  const args = ['kubelet', '--config=/a', '-v', '2', '--max-pods', '250', '--config', '/b', '--register-node']
  expect(flagValue(args, 'config')).toBe('/b')
  expect(flagValue(args, 'v')).toBe('2')
  expect(flagValue(args, 'register-node')).toBe('')
  expect(flagValue(args, 'con')).toBeNull()
})

test('a word that only looks like the name of a flag is none', () => {
  expect(flagValue(['server', 'config=/a'], 'config')).toBeNull()
})

test('arguments of a process end with NUL', () => {
  expect(splitArguments('kubelet\0--v=2\0')).toEqual(['kubelet', '--v=2'])
  expect(splitArguments('a\0\0b\0')).toEqual(['a', '', 'b'])
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\0]+$/), { minLength: 1, maxLength: 50 }), args => {
      expect(splitArguments(`${args.join('\0')}\0`)).toEqual(args)
    }),
  )
})

test('an environment file is read like the shell does, near enough', () => {
  const text =
    'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/x.sock --v=2"\nexport B=\'--a b\'\n--one\n'
  expect(wordsOfShell(text)).toEqual(['--container-runtime-endpoint=unix:///run/x.sock', '--v=2', '--a', 'b', '--one'])
})

test('secrets are hidden in both forms of a flag, and files that hold them stay named', () => {
  const args = ['k3s', '--token=K10abc', '--agent-token', 'def', '--token-file=/etc/t', '--client-secret', '--v=2']
  expect(hideSecrets(args)).toEqual([
    'k3s',
    '--token=***',
    '--agent-token',
    '***',
    '--token-file=/etc/t',
    '--client-secret',
    '--v=2',
  ])
})
