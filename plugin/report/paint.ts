/** Colours as functions, so that a renderer need not know whether colours are on. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
}

const same = (text: string): string => text

/** No colours. */
export const plain: Paint = { bold: same, dim: same, red: same, yellow: same, green: same }
