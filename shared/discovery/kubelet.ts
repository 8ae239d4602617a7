import { flagValue, wordsOfShell } from '../formats/flags.ts'
import { type KubeletSettings, noSettings, overrideSettings, parseKubeletConfig } from '../formats/kubelet-config.ts'
import type { Host } from '../host.ts'
import { isMissing, isOk, mapReading, ok, type Reading, unavailable } from '../reading.ts'
import { readText } from '../text.ts'
import { findKubeletProcess } from './kubelet-process.ts'
import { mapReads } from './values.ts'

/** The kubelet of this node, running or not. */
export interface FoundKubelet {
  /** Command line of the kubelet, or of a program that embeds one. */
  readonly args: Reading<string[]>
  readonly configPath: string | null
  /** Settings merged from the file, its drop-ins and the flags. */
  readonly settings: Reading<KubeletSettings>
}

/** Files with the flags that a kubelet is started with. */
const flagFiles = [
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/snap/microk8s/current/args/kubelet',
  '/etc/default/kubelet',
  '/etc/sysconfig/kubelet',
]

/** Configuration files by distribution: kubeadm, EKS, GKE, k0s, OpenShift. */
const configFiles = [
  '/var/lib/kubelet/config.yaml',
  '/etc/kubernetes/kubelet/config.json',
  '/etc/kubernetes/kubelet/kubelet-config.json',
  '/home/kubernetes/kubelet-config.yaml',
  '/var/lib/k0s/kubelet-config.yaml',
  '/etc/kubernetes/kubelet.conf',
]

/** Written by k3s from 1.32 on; earlier releases pass settings to the embedded kubelet in memory. */
const k3sDropIns = '/var/lib/rancher/k3s/agent/etc/kubelet.conf.d'

/** Finds the kubelet's settings: from its command line, otherwise from the files it would be started with. */
export async function findKubelet(host: Host): Promise<FoundKubelet> {
  const found = await findKubeletProcess(host)
  const program = isOk(found) ? found.value.name : null
  const isK3s = program?.startsWith('k3s') ?? false
  const flags =
    isOk(found) && program !== 'kubelite' ? withKubeletArguments(found.value.args) : await readFlagFiles(host)
  const [configPath, file] = await findFile(host, { program, named: flagValue(flags, 'config') })
  const merged = await mergeDropIns(host, {
    file,
    directory: flagValue(flags, 'config-dir') ?? (isK3s ? k3sDropIns : null),
  })
  return {
    args: mapReading(found, ({ args }) => [...args]),
    configPath,
    settings: mapReading(merged, settings => overrideSettings(settings, flags)),
  }
}

/** k3s passes `--kubelet-arg=x=y` on as `--x=y`. */
const withKubeletArguments = (args: readonly string[]): string[] =>
  args.map(arg => arg.replace(/^--kubelet-arg=(?:--)?/, '--'))

async function readFlagFiles(host: Host): Promise<string[]> {
  const texts = await mapReads(flagFiles, path => readText(host, path, { maxBytes: 65_536 }))
  return texts.flatMap(text => (isOk(text) ? wordsOfShell(text.value) : []))
}

async function readConfig(host: Host, path: string): Promise<Reading<KubeletSettings>> {
  const text = await readText(host, path)
  const settings = isOk(text) ? parseKubeletConfig(text.value) : text
  return isOk(settings) ? settings : unavailable(settings.reason, `${path}: ${settings.detail}`)
}

type FoundFile = readonly [path: string | null, settings: Reading<KubeletSettings>]

/** A running kubelet without the flag has no file; one that is not running, or was not found, may have a usual one. */
async function findFile(
  host: Host,
  { program, named }: { program: string | null; named: string | null },
): Promise<FoundFile> {
  if (named !== null) return [named, await readConfig(host, named)]
  if (program === null) return findUsualFile(host)
  if (!program.startsWith('k3s')) return [null, ok(noSettings)]
  const dropIns = await host.list(k3sDropIns)
  return [
    null,
    isOk(dropIns) ? ok(noSettings) : unavailable('unsupported', 'k3s keeps the settings of its kubelet to itself'),
  ]
}

async function findUsualFile(host: Host): Promise<FoundFile> {
  let reason: Reading<KubeletSettings> = unavailable('missing', 'no usual file of a kubelet exists')
  for (const path of configFiles) {
    const settings = await readConfig(host, path)
    if (isOk(settings)) return [path, settings]
    if (isMissing(reason)) reason = settings
  }
  return [null, reason]
}

/** Every `*.conf` in the drop-in directory overrides the keys it contains. Source: kubelet --config-dir, 1.30. */
async function mergeDropIns(
  host: Host,
  { file, directory }: { file: Reading<KubeletSettings>; directory: string | null },
): Promise<Reading<KubeletSettings>> {
  if (directory === null || !isOk(file)) return file
  const names = await host.list(directory)
  if (!isOk(names)) return isMissing(names) ? file : names
  const paths = names.value.filter(name => name.endsWith('.conf')).map(name => `${directory}/${name}`)
  let settings = file.value
  for (const dropIn of await mapReads(paths, path => readConfig(host, path))) {
    if (!isOk(dropIn)) return dropIn
    settings = overlay(settings, dropIn.value)
  }
  return ok(settings)
}

function strayIn(...all: readonly KubeletSettings[]): Pick<KubeletSettings, 'strayKeys'> {
  const strayKeys = [...new Set(all.flatMap(settings => settings.strayKeys ?? []))]
  return strayKeys.length > 0 ? { strayKeys } : {}
}

const overlay = (below: KubeletSettings, above: KubeletSettings): KubeletSettings => ({
  ...strayIn(below, above),
  clusterDNS: above.clusterDNS.length > 0 ? above.clusterDNS : below.clusterDNS,
  clusterDomain: above.clusterDomain ?? below.clusterDomain,
  resolvConf: above.resolvConf ?? below.resolvConf,
  maxPods: above.maxPods ?? below.maxPods,
  hairpinMode: above.hairpinMode ?? below.hairpinMode,
  containerRuntimeEndpoint: above.containerRuntimeEndpoint ?? below.containerRuntimeEndpoint,
})
