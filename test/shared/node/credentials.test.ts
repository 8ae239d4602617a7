import fc from 'fast-check'
import { generate } from 'selfsigned'
import { describe, expect, test } from 'vitest'
import { parseEnvironment, parseUnitEnvironment } from '../../../shared/formats/proxy-settings.ts'
import { certificates } from '../../../shared/node/certificates.ts'
import { proxyEnvironment } from '../../../shared/node/proxy-environment.ts'
import { ok, unavailable } from '../../../shared/reading.ts'
import { collect, given, reasonOf } from '../../support/collect.ts'
import { init, processFiles } from '../../support/process-files.ts'

const denied = unavailable('denied', 'no')

describe('certificates', () => {
  test('by file, with dates and nothing else', async () => {
    const dates = { notBeforeDate: new Date('2026-01-01T00:00:00Z'), notAfterDate: new Date('2027-01-01T00:00:00Z') }
    const made = await generate([{ name: 'commonName', value: 'ca' }], { ...dates, keyType: 'ec' })
    const files = {
      '/var/lib/kubelet/pki/kubelet-client-current.pem': { link: 'kubelet-client-1.pem' },
      '/var/lib/kubelet/pki/kubelet-client-1.pem': made.cert + made.private,
      '/etc/kubernetes/pki/ca.crt': 'garbled',
      '/etc/kubernetes/pki/apiserver.crt': 'x'.repeat(300_000),
    }
    const reading = await collect(certificates, { files })
    const value = given(reading)
    expect(value.files['/var/lib/kubelet/pki/kubelet-client-current.pem']).toEqual({
      status: 'ok',
      value: [{ notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' }],
    })
    expect(value.files['/etc/kubernetes/pki/ca.crt']).toMatchObject({ reason: 'malformed' })
    expect(value.files['/etc/kubernetes/pki/apiserver.crt']).toMatchObject({ reason: 'too-large' })
    expect(Object.keys(value.files)).toHaveLength(3)
  })

  test('where the kubelet was told to have them', async () => {
    const args = ['--tls-cert-file=/own/server.crt', '--cert-dir', '/own/pki']
    const files = {
      ...init,
      ...processFiles(200, 'kubelet', ...args),
      '/own/server.crt': '',
      '/own/pki/kubelet.crt': '',
    }
    expect(Object.keys(given(await collect(certificates, { files })).files)).toEqual([
      '/own/server.crt',
      '/own/pki/kubelet.crt',
    ])
  })

  test('of a host that has none, or shows none', async () => {
    expect(given(await collect(certificates, {})).files).toEqual({})
    const files = { '/etc/kubernetes/pki/ca.crt': denied }
    expect(given(await collect(certificates, { files })).files).toEqual({ '/etc/kubernetes/pki/ca.crt': denied })
  })
})

describe('proxies', () => {
  test('of running programs and of what the next start is told', async () => {
    const files = {
      ...init,
      ...processFiles(200, 'kubelet'),
      ...processFiles(201, 'containerd'),
      ...processFiles(202, 'dnsmasq'),
      '/proc/200/environ': 'HTTPS_PROXY=http://me:pw@proxy:3128\0NO_PROXY=10.0.0.0/8, .svc\0TOKEN=x\0',
      '/proc/201/environ': denied,
      '/etc/systemd/system/containerd.service.d/proxy.conf':
        '[Service]\nEnvironment="HTTP_PROXY=http://proxy:3128" \'NO_PROXY=a,b\'\n',
    }
    expect(given(await collect(proxyEnvironment, { files }))).toEqual({
      processes: ok([
        {
          pid: 200,
          name: 'kubelet',
          proxies: {
            status: 'ok',
            value: { http: null, https: 'http://proxy:3128', all: null, except: ['10.0.0.0/8', '.svc'] },
          },
        },
        { pid: 201, name: 'containerd', proxies: denied },
      ]),
      units: {
        '/etc/systemd/system/containerd.service.d/proxy.conf': {
          status: 'ok',
          value: { http: 'http://proxy:3128', https: null, all: null, except: ['a', 'b'] },
        },
      },
    })
  })

  test('where only some processes are known, nothing is', async () => {
    expect(reasonOf(await collect(proxyEnvironment, { files: processFiles(7, 'dnsmasq') }))).toBe('not-recorded')
  })

  test('no password of any URL is kept', () => {
    const word = fc.stringMatching(/^[\w!$%&*+,;=:@.-]{1,20}$/)
    fc.assert(
      fc.property(word, fc.constantFrom('http://', 'https://', 'socks5://', ''), (secret, scheme) => {
        const url = `${scheme}u-n-i-q-u-e:${secret}@proxy:3128`
        expect(parseEnvironment(`HTTP_PROXY=${url}\0`).http).toBe(`${scheme}proxy:3128`)
        expect(JSON.stringify(parseUnitEnvironment(`Environment=HTTP_PROXY=${url}`))).not.toContain('u-n-i-q-u-e')
      }),
    )
  })

  test('whatever an environment holds, it is settings', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(parseEnvironment(text).except).toEqual([])
        expect(parseUnitEnvironment(text).except).toEqual([])
      }),
    )
  })
})
