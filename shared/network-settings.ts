/** Whether an environment variable is a network setting; the value of any other may be a secret. */
export const isNetworkSetting = (name: string): boolean => networkNames.test(name) && !secretLike.test(name)

const networkNames =
  /^(?:(?:https?|no|all)_proxy|KUBERNETES_SERVICE_(?:HOST|PORT)|(?:IP|IP6|IP_AUTODETECTION_METHOD|IP6_AUTODETECTION_METHOD)|CALICO_(?:IPV4POOL|IPV6POOL|NETWORKING)_\w+|CALICO_NETWORKING_BACKEND|CLUSTER_TYPE|FELIX_\w*(?:MTU|IPTABLES|IPINIP|VXLAN|BPF|DEFAULTENDPOINT)\w*|IPALLOC_RANGE|WEAVE_MTU|EXPECT_NPC|CNI_(?:CONF|MTU)\w*|AWS_VPC_\w+|WARM_\w+|MINIMUM_IP_TARGET|ENABLE_PREFIX_DELEGATION|FLANNELD?_\w*IFACE\w*)$/i
const secretLike = /pass|secret|token|credential|private/i
