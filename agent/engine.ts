import { setFlagsFromString } from 'node:v8'

/**
 * Switches from low memory to speed: with tens of thousands of files to parse, the optimising compiler is worth its
 * memory and saves a third of the agent's time.
 */
export function expectMuch(): void {
  setFlagsFromString('--opt')
  setFlagsFromString('--no-optimize-for-size')
}
