import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isBelow, renderBoard } from './board.ts'
import floor from './floor.json' with { type: 'json' }
import { scoreFolders } from './run.ts'

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const beside = ['../shared/incidents', '../shared/recordings'].map(pathOf).filter(existsSync)
const committed = ['test/bundles', 'test/bundles/incidents'].map(pathOf)
const named = process.argv.slice(2)

const scores = await scoreFolders(named.length > 0 ? named : beside.length > 0 ? beside : committed)
process.stdout.write(renderBoard(scores))
process.exitCode = isBelow(scores, floor) ? 1 : 0
