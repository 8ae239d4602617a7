import { expect, test } from 'vitest'
import { backendChain, portChain } from '../../../../plugin/model/service-rules/chain-names.ts'

/** Source: pkg/proxy/iptables/proxier_test.go of Kubernetes. */
test('names are those of kube-proxy', () => {
  const port = { name: 'ns1/svc1:p80', protocol: 'tcp' }
  expect(portChain('SVC', port)).toBe('KUBE-SVC-XPGD46QRK7WJZT7O')
  expect(backendChain(port, '10.180.0.1:80')).toBe('KUBE-SEP-SXIVWICOYRO3J4NJ')
  expect(portChain('SVC', { name: 'kube-system/kube-dns:dns', protocol: 'udp' })).toBe('KUBE-SVC-TCOU7JCQXEZGVUNU')
})
