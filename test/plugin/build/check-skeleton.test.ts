import { describe, expect, test } from 'vitest'
import { makeSkeleton } from '../../../plugin/build/check-skeleton.ts'

test('a new check is made of code, page and cases, named after code and words', () => {
  const files = makeSkeleton('CNI020', 'address family missing')
  expect(files).toMatchObject([
    { path: 'plugin/checks/cni/cni020-address-family-missing.ts' },
    { path: 'plugin/checks/cni/cni020-address-family-missing.md' },
    { path: 'test/plugin/checks/cni020.test.ts' },
  ])
  const [check, page, cases] = typeof files === 'string' ? [] : files
  expect(check?.text).toContain("code: 'CNI020'")
  expect(page?.text.split('\n')[0]).toBe('# CNI020 Address family missing')
  expect(cases?.text).toContain('plugin/checks/cni/cni020-address-family-missing.ts')
})

describe('is refused', () => {
  test.each([
    ['cni020', 'words'],
    ['CNI20', 'words'],
    ['', 'words'],
    ['CNI020', ''],
    ['CNI020', '../up'],
    ['CNI020', "it's"],
  ])('%j %j', (code, words) => {
    expect(makeSkeleton(code, words)).toEqual(expect.any(String))
  })
})
