import { expect, test } from 'vitest'
import { agentInputs, bundleAgent, bundleReleaseAgent } from '../../plugin/build/bundle-agent.ts'

test('the agent is at most 350 kB', async () => {
  expect((await bundleAgent()).length).toBeLessThanOrEqual(350_000)
})

test('the agent holds nothing of the API, and of zod only the small build', async () => {
  const inputs = await agentInputs()
  expect(inputs).toContain('agent/main.ts')
  expect(inputs.some(path => path.includes('/zod/'))).toBe(true)
  expect(inputs.filter(path => /@kubernetes|zod\/v4\/classic|zod\/v3|^plugin\//.test(path))).toEqual([])
})

test('the agent opens nothing for writing', async () => {
  const source = new TextDecoder().decode(await bundleAgent())
  const writing =
    /\b(?:writeFile|appendFile|createWriteStream|mkdir|rename|unlink|chmod|chown|truncate|O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND))\b/
  expect(source).not.toMatch(writing)
})

test('only the release agent can give addresses back and remove namespaces, and it is as small', async () => {
  const ordinary = new TextDecoder().decode(await bundleAgent())
  const release = await bundleReleaseAgent()
  for (const deed of [/journal\.jsonl/, /"netns",\s*"delete"/]) {
    expect(ordinary).not.toMatch(deed)
    expect(new TextDecoder().decode(release)).toMatch(deed)
  }
  expect(release.length).toBeLessThanOrEqual(350_000)
})
