import { bench, describe } from 'vitest'
import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import { serviceRules } from '../support/service-rules.ts'

const text = serviceRules(5000)
const json = JSON.stringify(text.split('\n'))

describe(`iptables-save of ${text.split('\n').length} lines`, () => {
  bench('parsed', () => void parseIptablesSave(text))
  bench('its lines as JSON', () => void JSON.parse(json))
})
