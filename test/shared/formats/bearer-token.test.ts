import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTokenClaims } from '../../../shared/formats/bearer-token.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (claims: unknown) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`

test('a token tells until when it is valid, and of whom it is', () => {
  const sub = 'system:serviceaccount:kube-system:calico-cni-plugin'
  expect(parseTokenClaims(tokenOf({ sub, iat: 1795115766, exp: 1795202166 }))).toEqual({
    subject: sub,
    issuedAt: '2026-11-19T19:16:06.000Z',
    expiresAt: '2026-11-20T19:16:06.000Z',
  })
})

test('an old token of a secret has no end', () => {
  expect(parseTokenClaims(tokenOf({ sub: 'x' }))).toEqual({ subject: 'x', issuedAt: null, expiresAt: null })
})

test.each(['', 'abcdef.0123456789abcdef', 'a.%%%.c', `a.${encode([1])}.c`, `a.${encode(null)}.c`])(
  '%j is no such token',
  token => {
    expect(parseTokenClaims(token)).toBeNull()
  },
)

test('whatever the claims are, times are times or null', () => {
  fc.assert(
    fc.property(fc.record({ exp: fc.jsonValue(), iat: fc.jsonValue(), sub: fc.jsonValue() }), claims => {
      const read = parseTokenClaims(tokenOf(claims))
      for (const time of [read?.expiresAt, read?.issuedAt])
        expect(time === null || !Number.isNaN(Date.parse(time ?? ''))).toBe(true)
    }),
  )
})
