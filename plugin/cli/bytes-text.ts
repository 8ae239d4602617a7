/** A human-readable size: `812 B`, `12.3 MB`. */
export function bytesText(bytes: number): string {
  const unit = units.find(({ from }) => bytes >= from)
  return unit ? `${(bytes / unit.from).toFixed(1)} ${unit.name}` : `${bytes} B`
}

const units = [
  { name: 'GB', from: 1e9 },
  { name: 'MB', from: 1e6 },
  { name: 'kB', from: 1e3 },
]
