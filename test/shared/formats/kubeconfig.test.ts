import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findServers } from '../../../shared/formats/kubeconfig.ts'

const clusters = (...servers: readonly string[]) => servers.map(server => ({ name: 'c', cluster: { server } }))

test('servers in YAML and JSON, in their order and each once', () => {
  const yaml = `clusters:
- cluster:
    certificate-authority-data: LS0t
    server: https://10.0.0.1:6443
- cluster: # another
    server: "https://[fd00::1]:6443"
- cluster:
    server: https://10.0.0.1:6443
users:
- user:
    exec: {args: [--server, x]}
`
  expect(findServers(yaml)).toEqual(['https://10.0.0.1:6443', 'https://[fd00::1]:6443'])
  expect(findServers(JSON.stringify({ clusters: clusters('https://a:1', 'https://b/k8s/x') }, null, 2))).toEqual([
    'https://a:1',
    'https://b/k8s/x',
  ])
})

test('what names no server has none', () => {
  expect(findServers('observer: https://x\n# server https://y\nserver: ftp://z\n')).toEqual([])
  fc.assert(fc.property(fc.string(), text => void expect(findServers(text)).toEqual([])))
})

test('every server that is written is found', () => {
  const url = fc.stringMatching(/^https:\/\/[a-z0-9.-]{1,20}:[1-9][0-9]{0,4}(\/[a-z]{1,5})?$/)
  fc.assert(
    fc.property(fc.uniqueArray(url), urls => {
      expect(findServers(urls.map(each => `    server: ${each}`).join('\n'))).toEqual(urls)
    }),
  )
})
