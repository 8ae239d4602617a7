/**
 * The uid of a process's pod from /proc/<pid>/cgroup, as the kubelet names control groups: `pod<uid>`, or with systemd
 * `kubepods-burstable-pod<uid with _ for ->.slice`. For nested pods the innermost. Null for any other process. Source:
 * kubelet/cm/pod_container_manager_linux.go.
 */
export function parsePodCgroup(text: string): string | null {
  const uids = [...text.slice(0, mostText).matchAll(podName)].map(({ groups }) => groups?.uid ?? '')
  const last = uids.at(-1)
  return last === undefined ? null : last.replaceAll('_', '-')
}

/** Twelve hierarchies at most, each a path. */
const mostText = 65_536

/** A UUID, or for a static pod the 32 digits of its hash. */
const podName =
  /(?:\/|-)pod(?<uid>[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=\.slice\/|\/|\.slice$|$)/gm
