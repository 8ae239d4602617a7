import * as z from 'zod/mini'
import { parseAssignments } from '../../shared/formats/assignments.ts'
import { parseDenials } from '../../shared/formats/audit.ts'
import { parseAwsCheckpoint, parseAwsPool } from '../../shared/formats/aws-ipam.ts'
import { parseAzureEndpoints, parseAzureIpam } from '../../shared/formats/azure-vnet.ts'
import { parseTokenClaims } from '../../shared/formats/bearer-token.ts'
import { parseBridgeFdb } from '../../shared/formats/bridge-fdb.ts'
import { parseCertificates } from '../../shared/formats/certificate.ts'
import { parseNetworkConfig } from '../../shared/formats/cni-config.ts'
import { arrayOf, objectOf, readPlugin, textOf } from '../../shared/formats/cni-plugin.ts'
import { parseCniResult } from '../../shared/formats/cni-result.ts'
import { parseTranslatedFlows } from '../../shared/formats/conntrack-flows.ts'
import { parseConntrackStat, parseConntrackTool } from '../../shared/formats/conntrack-stat.ts'
import { parseCorefile, zoneOfKey } from '../../shared/formats/corefile.ts'
import { parseReply, sandboxesReplySchema, statusReplySchema, versionReplySchema } from '../../shared/formats/cri.ts'
import { encodePaddedQuery, encodeQuery, parseAnswer } from '../../shared/formats/dns-message.ts'
import { parseElf } from '../../shared/formats/elf.ts'
import { parseEthtoolFeatures } from '../../shared/formats/ethtool.ts'
import { parseLocalAddresses } from '../../shared/formats/fib-trie.ts'
import { flagValue, hideSecrets, splitArguments, wordsOfShell } from '../../shared/formats/flags.ts'
import { parseIfInet6 } from '../../shared/formats/if-inet6.ts'
import { ipDevicesSchema } from '../../shared/formats/ip-link.ts'
import { parseIpNeigh } from '../../shared/formats/ip-neigh.ts'
import { parseIpRoute } from '../../shared/formats/ip-route.ts'
import { parseIpRule, parseIpRuleText } from '../../shared/formats/ip-rule.ts'
import { parseIpTunnels } from '../../shared/formats/ip-tunnel.ts'
import { parseIpVs } from '../../shared/formats/ip-vs.ts'
import { parseIpsetSave } from '../../shared/formats/ipset-save.ts'
import { printIptables, printRule } from '../../shared/formats/iptables-print.ts'
import { readRule } from '../../shared/formats/iptables-rule.ts'
import { parseIptablesSave } from '../../shared/formats/iptables-save.ts'
import { isSendable } from '../../shared/formats/json-depth.ts'
import { findJsonError } from '../../shared/formats/json-error.ts'
import { parseKernelLog } from '../../shared/formats/kernel-log.ts'
import { parseKubeProxyConfig } from '../../shared/formats/kube-proxy-config.ts'
import { findServers, findTokens } from '../../shared/formats/kubeconfig.ts'
import { noSettings, overrideSettings, parseKubeletConfig } from '../../shared/formats/kubelet-config.ts'
import { parseLogLines } from '../../shared/formats/log-lines.ts'
import { parseNeighbourStat } from '../../shared/formats/neighbour-stat.ts'
import { parseNftRuleset } from '../../shared/formats/nft-json.ts'
import { readNftSet, valueText } from '../../shared/formats/nft-set.ts'
import { parseStatement } from '../../shared/formats/nft-statement.ts'
import { parseOsRelease } from '../../shared/formats/os-release.ts'
import { firstIssue, parseJsonWith } from '../../shared/formats/parse-json.ts'
import { parsePodCgroup } from '../../shared/formats/pod-cgroup.ts'
import { parseProcIpv6Route } from '../../shared/formats/proc-ipv6-route.ts'
import { parseProcArp } from '../../shared/formats/proc-net-arp.ts'
import { parseProcNetDev } from '../../shared/formats/proc-net-dev.ts'
import { parseProcSnmp, parseProcSnmp6 } from '../../shared/formats/proc-net-snmp.ts'
import { parseProcSockets } from '../../shared/formats/proc-net-sockets.ts'
import { parseProcRoute } from '../../shared/formats/proc-route.ts'
import {
  onlyProxySettings,
  parseEnvironment,
  parseUnitEnvironment,
  settingsOf,
} from '../../shared/formats/proxy-settings.ts'
import { parseReservation } from '../../shared/formats/reservation.ts'
import { parseResolvConf } from '../../shared/formats/resolv-conf.ts'
import { readRuntimeCni } from '../../shared/formats/runtime-status.ts'
import { parseContainerdConfig, parseCrioConfig } from '../../shared/formats/runtime-toml.ts'
import { quoteWord, splitWords } from '../../shared/formats/shell-words.ts'
import { parseSoftnetStat } from '../../shared/formats/softnet-stat.ts'
import { readTopLevel, topLevelKeys } from '../../shared/formats/top-level-yaml.ts'
import { parseWeaveOwned, parseWeavePeers, parseWeaveStatus } from '../../shared/formats/weave-status.ts'
import { isOk } from '../../shared/reading.ts'
import { type Entries, entry, jsonOf, linesOf, toBytes } from './entry.ts'

const room = 100_000
const clock = { now: Date.UTC(2026, 10, 21), isUtc: true }
const resultName = `pods-${'5138'.repeat(16)}-eth0`
const json = 'cni-config.txt ip-route.txt nft-json.txt'
const plugins = 'cni-plugin.txt cni-config.txt'
const statements = 'nft-statement.txt nft-json.txt'

/** Every function of `shared/formats`. */
export const formatEntries: Entries = {
  assignments: { parseAssignments: entry('os-release.txt environ.txt', text => [...parseAssignments(text)]) },
  audit: { parseDenials: entry('audit.txt', text => parseDenials(linesOf(text))) },
  'aws-ipam': {
    parseAwsCheckpoint: entry('aws-checkpoint.txt', parseAwsCheckpoint),
    parseAwsPool: entry('aws-pool.txt', parseAwsPool),
  },
  'azure-vnet': {
    parseAzureIpam: entry('azure-ipam.txt', parseAzureIpam),
    parseAzureEndpoints: entry('azure-endpoints.txt', parseAzureEndpoints),
  },
  'bearer-token': { parseTokenClaims: entry('bearer-token.txt', parseTokenClaims) },
  'bridge-fdb': { parseBridgeFdb: entry('bridge-fdb.txt', parseBridgeFdb) },
  certificate: { parseCertificates: entry('certificate.txt', parseCertificates) },
  'cni-config': { parseNetworkConfig: entry('cni-config.txt', text => parseNetworkConfig(text, '10-pods.conflist')) },
  'cni-plugin': {
    readPlugin: entry(plugins, text => readPlugin(objectOf(jsonOf(text)) ?? {})),
    // The content is passed on unparsed and read by others.
    objectOf: entry(plugins, text => Object.keys(objectOf(jsonOf(text)) ?? {})),
    textOf: entry(`${plugins} json-text.txt`, text => textOf(jsonOf(text))),
    arrayOf: entry(`${plugins} json-list.txt`, text => arrayOf(jsonOf(text)).length),
  },
  'cni-result': { parseCniResult: entry('cni-result.txt', text => parseCniResult(text, resultName)) },
  'conntrack-flows': { parseTranslatedFlows: entry('conntrack-flows.txt', parseTranslatedFlows) },
  'conntrack-stat': {
    parseConntrackStat: entry('conntrack-stat.txt', parseConntrackStat),
    parseConntrackTool: entry('conntrack-tool.txt', parseConntrackTool),
  },
  corefile: {
    parseCorefile: entry('corefile.txt', text => [parseCorefile(text), parseCorefile(text, 'directives')]),
    zoneOfKey: entry('corefile.txt', text => text.split(/\s/).map(zoneOfKey)),
  },
  cri: {
    parseReply: entry('cri-status.txt cri-sandboxes.txt cri-version.txt', text => [
      parseReply(statusReplySchema, jsonOf(text)),
      parseReply(sandboxesReplySchema, jsonOf(text)),
      parseReply(versionReplySchema, jsonOf(text)),
    ]),
  },
  elf: { parseElf: entry('elf.bin', text => parseElf(toBytes(text))) },
  ethtool: { parseEthtoolFeatures: entry('ethtool.txt', parseEthtoolFeatures) },
  'fib-trie': { parseLocalAddresses: entry('fib-trie.txt', parseLocalAddresses) },
  flags: {
    splitArguments: entry('command-line.txt', splitArguments),
    flagValue: entry('command-line.txt', text => flagValue(splitArguments(text), 'cluster-dns')),
    hideSecrets: entry('command-line.txt', text => hideSecrets(splitArguments(text))),
    wordsOfShell: entry('unit.txt command-line.txt', wordsOfShell),
  },
  'if-inet6': { parseIfInet6: entry('if-inet6.txt', parseIfInet6) },
  'ip-link': { ipDevicesSchema: entry('ip-link.txt', text => parseJsonWith(ipDevicesSchema, { text, what: 'it' })) },
  'ip-neigh': { parseIpNeigh: entry('ip-neigh.txt', parseIpNeigh) },
  'ip-route': { parseIpRoute: entry('ip-route.txt', parseIpRoute) },
  'ip-rule': {
    parseIpRule: entry('ip-rule.txt', text => [parseIpRule(text, 4), parseIpRule(text, 6)]),
    parseIpRuleText: entry('ip-rule-text.txt', parseIpRuleText),
  },
  'ip-tunnel': { parseIpTunnels: entry('ip-tunnel.txt ip-link.txt', parseIpTunnels) },
  'ip-vs': { parseIpVs: entry('ip-vs.txt', parseIpVs) },
  'ipset-save': { parseIpsetSave: entry('ipset-save.txt', text => parseIpsetSave(text, room)) },
  'iptables-print': {
    printIptables: entry('iptables-save.txt', text => printIptables(parseIptablesSave(text))),
    printRule: entry('iptables-rule.txt', text =>
      linesOf(text).map(line => printRule(readRule(line) ?? { match: {}, target: null })),
    ),
  },
  'iptables-rule': { readRule: entry('iptables-rule.txt', text => linesOf(text).map(readRule)) },
  'iptables-save': { parseIptablesSave: entry('iptables-save.txt', text => parseIptablesSave(text, room)) },
  'json-depth': { isSendable: entry(json, text => isSendable(jsonOf(text), 32)) },
  'json-error': { findJsonError: entry(`${json} json-broken.txt`, agreeOnJson) },
  'kernel-log': { parseKernelLog: entry('kernel-log.txt', parseKernelLog) },
  'kube-proxy-config': { parseKubeProxyConfig: entry('kube-proxy-config.txt', parseKubeProxyConfig) },
  kubeconfig: {
    findServers: entry('kubeconfig.txt', findServers),
    findTokens: entry('kubeconfig.txt', findTokens),
  },
  'kubelet-config': {
    parseKubeletConfig: entry('kubelet-config.txt', parseKubeletConfig),
    overrideSettings: entry('command-line.txt', text => overrideSettings(noSettings, splitArguments(text))),
  },
  'log-lines': { parseLogLines: entry('log-lines.txt', text => parseLogLines(text, clock)) },
  'neighbour-stat': { parseNeighbourStat: entry('neighbour-stat.txt', parseNeighbourStat) },
  'nft-json': { parseNftRuleset: entry('nft-json.txt', text => parseNftRuleset(text, room)) },
  'dns-message': {
    encodeQuery: entry('dns-message.bin', text => encodeQuery(text.length % 65_536, text.slice(0, 63)).length),
    encodePaddedQuery: entry('dns-message.bin', text => encodePaddedQuery(7, text.slice(0, 63), text.length).length),
    parseAnswer: entry('dns-message.bin', text => parseAnswer(toBytes(text))),
  },
  'nft-set': {
    readNftSet: entry('nft-set.txt', text => readNftSet(sendable(jsonOf(text)), { room })),
    valueText: entry('nft-set.txt', text => valueText(sendable(jsonOf(text)))),
  },
  'nft-statement': { parseStatement: entry(statements, text => parseStatement(sendable(jsonOf(text)))) },
  'os-release': { parseOsRelease: entry('os-release.txt', text => [...parseOsRelease(text)]) },
  'parse-json': {
    parseJsonWith: entry(json, text => parseJsonWith(z.array(z.object({ dst: z.string() })), { text, what: 'it' })),
    firstIssue: entry(json, text => {
      const { error } = z.safeParse(z.record(z.string(), z.array(z.number())), jsonOf(text))
      return error ? firstIssue(error) : null
    }),
  },
  'pod-cgroup': { parsePodCgroup: entry('pod-cgroup.txt', parsePodCgroup) },
  'proc-ipv6-route': { parseProcIpv6Route: entry('proc-ipv6-route.txt', parseProcIpv6Route) },
  'proc-net-arp': { parseProcArp: entry('proc-net-arp.txt', parseProcArp) },
  'proc-net-dev': { parseProcNetDev: entry('proc-net-dev.txt', parseProcNetDev) },
  'proc-net-snmp': {
    parseProcSnmp: entry('proc-net-snmp.txt', parseProcSnmp),
    parseProcSnmp6: entry('proc-net-snmp6.txt', parseProcSnmp6),
  },
  'proc-net-sockets': {
    parseProcSockets: entry('proc-net-sockets.txt', text => [
      parseProcSockets(text, { protocol: 'tcp', isCut: true }),
      parseProcSockets(text, { protocol: 'udp' }),
    ]),
  },
  'proc-route': { parseProcRoute: entry('proc-route.txt', parseProcRoute) },
  'proxy-settings': {
    parseEnvironment: entry('environ.txt', parseEnvironment),
    parseUnitEnvironment: entry('unit.txt', parseUnitEnvironment),
    settingsOf: entry('environ.txt', text => settingsOf(parseAssignments(text.replaceAll('\0', '\n')))),
    onlyProxySettings: entry('environ.txt', onlyProxySettings),
  },
  reservation: { parseReservation: entry('reservation.txt', parseReservation) },
  'resolv-conf': { parseResolvConf: entry('resolv-conf.txt', parseResolvConf) },
  'runtime-status': {
    readRuntimeCni: entry('cri-status.txt', text => {
      const reply = parseReply(statusReplySchema, jsonOf(text))
      return isOk(reply) ? readRuntimeCni(reply.value) : reply
    }),
  },
  'runtime-toml': {
    parseContainerdConfig: entry('runtime-toml.txt', parseContainerdConfig),
    parseCrioConfig: entry('crio.txt', parseCrioConfig),
  },
  'shell-words': {
    splitWords: entry('iptables-rule.txt unit.txt', splitWords),
    quoteWord: entry('iptables-rule.txt', quoteWord),
  },
  'softnet-stat': { parseSoftnetStat: entry('softnet-stat.txt', parseSoftnetStat) },
  'top-level-yaml': {
    readTopLevel: entry('kubelet-config.txt', text => readTopLevel(text, ['kind', 'clusterDNS'])),
    topLevelKeys: entry('kubelet-config.txt', topLevelKeys),
  },
  'weave-status': {
    parseWeaveStatus: entry('weave-status.txt', parseWeaveStatus),
    parseWeavePeers: entry('weave-peers.txt', parseWeavePeers),
    parseWeaveOwned: entry('weave-owned.txt', parseWeaveOwned),
  },
}

/** No other input reaches this function. */
const sendable = (value: unknown): unknown => (isSendable(value, 24) ? value : null)

/** It must agree with JSON.parse. */
function agreeOnJson(text: string): unknown {
  const error = findJsonError(text)
  const isJson = (() => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  })()
  if ((error === null) !== isJson) throw new Error('another answer than that of JSON.parse')
  return error
}
