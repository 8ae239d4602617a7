import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { generate } from 'selfsigned'
import { expect, test } from 'vitest'
import { parseCertificates } from '../../../shared/formats/certificate.ts'
import { given, reasonOf } from '../../support/collect.ts'

const make = async (notBefore: string, notAfter: string) =>
  generate([{ name: 'commonName', value: 'system:node:node1' }], {
    notBeforeDate: new Date(notBefore),
    notAfterDate: new Date(notAfter),
    keyType: 'ec',
  })

test('dates of each certificate of a file that holds a key as well', async () => {
  const first = await make('2026-01-01T00:00:00Z', '2027-01-01T12:30:45Z')
  const second = await make('2026-01-01T00:00:00Z', '2049-12-31T23:59:59Z')
  expect(given(parseCertificates(first.cert + first.private + second.cert))).toEqual([
    { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T12:30:45.000Z' },
    { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2049-12-31T23:59:59.000Z' },
  ])
  const own = new X509Certificate(first.cert)
  expect(new Date(own.validTo).toISOString()).toBe('2027-01-01T12:30:45.000Z')
})

test('dates from 2050 on have four digits of a year', async () => {
  const { cert } = await make('2026-01-01T00:00:00Z', '2126-05-06T07:08:09Z')
  expect(given(parseCertificates(cert))[0]?.notAfter).toBe('2126-05-06T07:08:09.000Z')
})

test('files without a certificate, or with half of one, are malformed', async () => {
  const { cert, private: key } = await make('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')
  for (const text of ['', key, cert.slice(0, cert.length / 2), cert.replace(/.{64}\n/, '\n')])
    expect(reasonOf(parseCertificates(text))).toBe('malformed')
})

test('a certificate with any bytes changed or cut is read or malformed', async () => {
  const { cert } = await make('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')
  const bytes = Buffer.from(cert.replace(/-----.*-----|\s/g, ''), 'base64')
  const wrap = (content: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${content.toString('base64')}\n-----END CERTIFICATE-----\n`
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(bytes.length), (changes, length) => {
      const copy = Buffer.from(bytes)
      for (const [at, value] of changes) copy[at] = value
      expect(['ok', 'malformed']).toContain(reasonOf(parseCertificates(wrap(copy.subarray(0, length)))))
      expect(['ok', 'malformed']).toContain(reasonOf(parseCertificates(wrap(copy))))
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), (content, text) => {
      expect(['ok', 'malformed']).toContain(reasonOf(parseCertificates(wrap(Buffer.from(content)) + text)))
    }),
  )
})
