import { expect, test } from 'vitest'
import { chooseContext, type Entries, kubeconfigPaths, mergeEntries } from '../../../plugin/kube/kubeconfig.ts'

const entries = (contexts: readonly string[], currentContext = '', clusters: readonly string[] = []): Entries => ({
  contexts: contexts.map(name => ({ name })),
  clusters: clusters.map(name => ({ name })),
  users: [],
  currentContext,
})

test('the flag stands alone, then KUBECONFIG, then the home folder', () => {
  const env = { KUBECONFIG: '/a:/b::', HOME: '/home/me' }
  expect(kubeconfigPaths('/flag', env)).toEqual(['/flag'])
  expect(kubeconfigPaths(undefined, env)).toEqual(['/a', '/b'])
  expect(kubeconfigPaths(undefined, { HOME: '/home/me' })).toEqual(['/home/me/.kube/config'])
  expect(kubeconfigPaths(undefined, {})).toEqual([])
})

test('Windows separates paths by semicolons', () => {
  expect(kubeconfigPaths(undefined, { KUBECONFIG: 'C:\\a;D:\\b', OS: 'Windows_NT' })).toEqual(['C:\\a', 'D:\\b'])
})

test('the first file that names something wins', () => {
  const first = { ...entries(['a'], 'a'), clusters: [{ name: 'x', from: 1 }] }
  mergeEntries<Entries>(first, { ...entries(['b'], 'b'), clusters: [{ name: 'x' }, { name: 'y' }] })
  expect(first.contexts.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(first.clusters).toEqual([{ name: 'x', from: 1 }, { name: 'y' }])
  expect(first.currentContext).toBe('a')
})

test('an unknown context is answered with those that exist', () => {
  expect(() => chooseContext(entries(['a', 'b'], 'a'), 'c')).toThrow(
    expect.objectContaining({
      code: 'CONTEXT',
      message: 'the kubeconfig has no context "c"',
      hint: 'contexts that exist: a, b',
    }),
  )
})

test('a kubeconfig without current context wants one named', () => {
  expect(() => chooseContext(entries(['a']), undefined)).toThrow(expect.objectContaining({ code: 'CONTEXT' }))
  expect(chooseContext(entries(['a']), 'a')).toBe('a')
})

test('a current context that does not exist is no answer either', () => {
  expect(() => chooseContext(entries([], 'gone'), undefined)).toThrow('no context "gone"')
})
