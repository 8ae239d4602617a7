import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startApi } from './api/api.ts'
import { makeClock } from './api/clock.ts'
import { type Answer, answersOf } from './likeness/answers.ts'
import { rawApi } from './likeness/raw-api.ts'
import { requests } from './likeness/requests.ts'

// The stand-in answers as a real API server of 1.36 did. What that one answered is kept in likeness/recorded.json.

const recorded: Record<string, Answer> = JSON.parse(
  readFileSync(new URL('likeness/recorded.json', import.meta.url), 'utf8'),
)

let api: Api
let answers: Record<string, Answer>
beforeAll(async () => {
  api = await startApi(makeClock())
  answers = await answersOf(rawApi(api.kubeconfig()))
})
afterAll(() => api.stop())

test.each(Object.keys(requests))('%s', name => {
  expect(answers[name]).toEqual(recorded[name])
})
