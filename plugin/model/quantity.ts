const units: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** Bytes of a Kubernetes quantity as `170Mi`; null for none, or for what is no quantity. */
export function bytesOf(quantity: string | null): number | null {
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)([kKMGT]i?|m)?$/.exec(quantity ?? '') ?? []
  const factor = units[unit]
  return number === undefined || factor === undefined ? null : Number(number) * factor
}
