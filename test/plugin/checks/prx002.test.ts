import check from '../../../plugin/checks/prx/prx002-configuration-file-missing.ts'
import { configMap, crashing } from '../../support/api-objects.ts'
import { checkCases } from '../../support/check-cases.ts'
import { kubeProxyPod, kubeProxySnapshot } from '../../support/kube-proxy.ts'
import { snapshot } from '../../support/snapshot.ts'

const wrong = '/var/lib/kube-proxy/proxy.yaml'
const others = configMap('kube-proxy', { 'config.conf': 'clientConnection:\n  kubeconfig: /var/lib/kube-proxy/gone\n' })
const bare = kubeProxyPod({ volumes: [] })

checkCases(check, {
  fires: [
    {
      name: 'where the key is another and the pods crash',
      given: kubeProxySnapshot({ pods: [kubeProxyPod(crashing('kube-proxy'), wrong)] }),
      subject: 'cluster',
      at: 'ConfigMap kube-system/kube-proxy',
    },
    {
      name: 'as a warning while pods of before run on',
      given: kubeProxySnapshot({ pods: [kubeProxyPod({}, wrong)] }),
      subject: 'cluster',
      at: 'DaemonSet kube-system/kube-proxy',
      severity: 'warning',
    },
    {
      name: 'where the kubeconfig that the file names is missing',
      given: snapshot({ cluster: { pods: [kubeProxyPod(crashing('kube-proxy'))], configMaps: [others] } }),
      subject: 'cluster',
      at: 'ConfigMap kube-system/kube-proxy',
    },
  ],
  silent: [
    { name: 'where both files are there', given: kubeProxySnapshot({}), answer: 'passed' },
    { name: 'where files come from elsewhere', given: kubeProxySnapshot({ pods: [bare] }), answer: 'not-run' },
    { name: 'without kube-proxy', given: kubeProxySnapshot({ pods: [] }), answer: 'passed' },
  ],
})
