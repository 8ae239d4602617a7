/** Minor version of a Kubernetes component: `v1.36.2`, `v1.29.3-eks-1`, `1.28.4+k3s1`, or such an image tag. */
export interface MinorVersion {
  readonly major: number
  readonly minor: number
}

/** Parses a version; null when there is none. */
export function minorVersion(text: string): MinorVersion | null {
  const groups = /(?:^|[:v])(?<major>\d{1,3})\.(?<minor>\d{1,4})(?:\.|[-+]|$)/.exec(text)?.groups
  return groups ? { major: Number(groups.major), minor: Number(groups.minor) } : null
}
