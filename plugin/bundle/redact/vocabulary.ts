/**
 * Words that checks, Kubernetes and its products use. They identify nobody, and replacing them would change the meaning
 * of texts.
 */
const words = `
able ables abort absent accept access account ack acquir acquire action active adapter add addr address addresses
addrtype admin administer admission advertise affine after agent agentpool aggregate aggregator ailed ailure
alertmanager alico alidating all allocate allocated allocations allow allowed alpha alpine already altname amazon
amazonaws amd64 ame anager and andbox ang annot annotations announced anonymous answered answers antrea any anycast
api apis apiserver apiservices app apparmor applicable application apply apps arch architecture are arg argo argocd
args arm arm64 arp arpa arptables ascii assigned async atch ateway audience audit authentication authori authority
authorization auto autopath autoscaler autoscaling available avc away aws azure azv back backend backlog backname
bad balancers barrier base64 basic batch become beef before beta bfnrt bgp bgpconfiguration bin bind bird bird6
blackhole block blockade blockades blocked blocks bonding boolean boot booted bootstrap bootstrapsignature bpf bpffs
bridge bridgecidr bridges broken btime buckets busybox bytes bz2 cache cafe cali calico call can canal canary
canceled cannot capacity card caused cbr cbr0 ccess ceph cert certain certificate certificates certmanager certs cfg
cgroup ch chain chainlength chains change channel check checksum cheduling chrony cidr cilium ciliumendpoints
ciliumnodes clashres class clean cleanup client clientcmd clone close cloud cloudwatch cls cluster
clusterrolebindings clusterroles clusters cncf cni cni0 cns cnx code collector colon com combined coming comm
commands comment common complete component compute concat conditions conf confd config configmaps configs
configuration configurations configured configz conflict conflicting conflist conmon connect connected connection
connectivity connmand conntrack constraint consul contact contain container containerd containers content context
contexts continue contour control controller controllers controlplane converting coordination core coredns coreos
corp cortex could couldn count counter counters cpu crashed crd create creating credential credentials cri crio
cronjob crowdsec crt csi csum ctstate current custom cut daemon daemons daemonset daemonsets dapter dashboard data
database datapath dataplane db8 ddr ddress ddresses de dead deadline deaf debian debug decisive decode decoding
default delay delete denials denied deployment deployments desc descheduler destination destroy detected dev device
devices dex dhcp dial dialing different differs digitalocean dir direct directive directives directory dirs disable
disabled discovery disruption disruptive distribution dmesg dmission dnat dns dnsmasq docker dockerd dockershim docs
doctype does doks domain done doubt down dport dports drafts drop ds dst dup duration during ead eadiness eady early
eaten ebs ec2 ecurity edge edit edu efs eks eksctl elasticsearch election elements elete elf elsewhere embedded
empty enable enabled encoding end endpoint endpoints endpointslice endpointslices enerated eneration enforce engine
eni enied enis enough ensure entries env envoy epoch equest equired error errors ervice eset esource established etc
etcd etected eth ethtool etwork eu events every eviction evidence exceeded exclude exec execute exhausted exist
existing exists expand expect expected expired export exporter external f2b face fade fail fail2ban failed failures
false family fargate fatal faults fdb fe80 feed felix ffff ffffffff fib field file files filter find findings fine
firewall firewalld first flags flannel flanneld flow flowcontrol fluent fluentbit fluentd flux for forbidden foreign
fork formats forward forwarding found fr free from front frr fsnotify full fulls fully fwmark garbage gatekeeper
gateway gateways generation generic genev geneve get gets github gke gobgp gone google goto gov grafana gre group
grpc gvisor gw0 gzip hairpin handle handshake haproxy harbor has hash hashlimit hashsize have head headless health
healthy healthz heapster held helm home hook horizontal host hostname hostport html http https hub hubble hyperkube
icmp icmpv6 identity idr ifindex ifname iif ill illed image ime imit import incompatible incomplete index inet inet6
info infra ing initiali initialised initialize initialized inner inotify input insert insmod install installer
instance instancegroup instances insufficient int interfaces intern internal into intranet invalid io ip6 ip6tables
ip6tnl ipam ipamblocks ipamd ipip ippool ippools ips ipset ipsets iptable iptables ipv4 ipv6 ipvs ireguard iso
issuer issues istio items iveness jaeger job jobs join journal journalctl json jump jws k0s k0scontroller k0sworker
k3s k8s kafka karpenter keda keep keepalived keeps kept kern kernel key kiali kibana kilo kind kindnet kindnetd
knative kops kube kubeadm kubeconfig kubectl kubelet kubelite kubenet kubepods kubeproxy kubernetes kuma kured
kyverno labels lacolhost lan large last later launch leader leaked lease leave left legacy length lenient level lib
liberal libexec libpod library libvirt likely limit line lines link linkerd linkerd2 links linux list listen
listeners listening listens live liveness load loadbalancer local localdomain localhost localip localnet localtest
localtime lock locks log logging logs loki long longhorn lookup loong64 loop loopback low lugin lvh lxc machine mage
main malformed managed manager mangle many map mariadb mark martian masquerade master masters match max maximum
maybe merge message messages metadata metainfo metallb meter metrics microk8s migrate migrating mil minikube minimum
minio mirror mismatch missing mode model modprobe module modules mongo mongodb monitor monitoring more mount mtu
multicast multiport multus must mysql nable name named names nameserver nameservers namespace namespaces nat nat64
nauthorized navailable ncp ndisc need needed neigh neighbours net netcheck netdata netdev netdevice netfilter netns
netstat network networking networkpolicies networks never new newosproc nexus nfacct nfs nft nftables nginx nhealthy
nic nip nit niversal nl nobody node node6 nodegroup nodelocaldns nodename nodepool nodeport nodeports nodes nomatch
none nop not nothing notin notrack npc npm nsufficient nsx nterface ntrea null number nvalid oauth object observed
obtain off offloads oif old olicy olume only oop opa open openebs openshift openssl openvswitch operation operator
operators operstate opt optional options orbidden org ose osm osrelease ost otel other others ould ount out outcome
oute output outside overlap overlappingrangeipreservations overlaps overlay overlays ovn ovnkube ovs own owned
packaged packet pager panic parameters parsed parsing part partial pass passed passw patch path pause pdated peers
pem pending per peration permanent permission permissive permitted persistent pgbouncer php pid pki plain plane
plugin plugins pod pods policies policy pool pools port portainer portforward ports postgres postgresql postrouting
ppc64 ppc64le prefix prerouting present previous primary private probability probe probes probing problems proc
process processes product profile programs prohibit projectcalico prometheus promtail property protocol provider
provisioner proxier proxy proxyconnect proxyv2 pthread ptp public pull purpose put python quay queue quota rabbitmq
rancher random range ranges rate raw rbac reachable read readiness ready readyz reason reasons reate reated
reconciler recorded redirect redis ree reflector refused regist registered registry reject related relay released
reloader remedies remote remove removed renew reopen replace replaced replacement replica replicaset replicasets
replication request requests required reserved reset resolv resolve resolver resource response restarts restore
retrieve retry return reuse revision right riscv64 rivate rke2 role rolebindings roles romana rook root route routed
router routes routing roxy rpc rror rtc rtc0 rule rules ruleset run running runs runtime s390x saddr san sandbox
sandboxes save scalar scheduler scontext scope script sctp sdn sealed search secmark secret secrets security
segmentation selector self selfsubjectaccessreviews selinux ser served server service serviceaccount serviceaccounts
servicemonitor services serving set sets settings severity share shim short show sidecar signed signer silent
similar since single sit slice snap snapshot snat snmp snmp6 sock socket sockets softnet somaxconn something
sonobuoy source space speaker spec specs spilo split sport sports src ssh sslip start starting startup stat state
statefulset statefulsets states static statistic stats statsd status steps stop storage storageclass stores strays
stream strict string stuck subject subjects submariner subnet successfully such sufficient support supports svc sync
synchronized sys sysconfig sysctls syslog system systemd table tables tail taken target tarting tasks tcp tcp6 tear
teardown template tempo temporarily tep terminated terway text thanos that the there they thread thresh throttl
throw tigera tiller time timed timeout timesync tls tnl token told toml too tool topology total tracking traefik
translate transmit trie tried trigger trivy troubleshooting true ttach ttachment ttl tun tunl tunl0 tunnel twice
type typha u0000 u0008 u000b u001f u007f u009f u200e u200f u202a u202e u2066 u2069 ubernetes ubnet ubuntu udp udp6
uevent ufw ufw6 ui uid uk ull ulled ulling ulu unable unauthori unauthorised unauthorized unavailable unbound undo
unexpected unicast uninitialized unit unix unknown unmarshal unmarshaling unnel unprivileged unreachable unread
unregister unresolved unset unsupported untrack untried uplink upstream uptime ure us use used user users using usr
utc utf utf8 uthentication uthorization v1alpha1 v1beta1 valid validate value var vault vcap vector velero verbose
verdict version versions vertical veth vethwe via view violates vip vmagent vmap vnet volume volumes vpc vsphere
vswitchd vxlan wait waiting wanted wants warning was watch weave weaver webhook webhooks well were whereabouts why
will wins wireguard with within word workload workstation write wrong wrr wss x509 xceeded xffffffff xip xmark
xtables yaml yes yet you zip zipkin zone zookeeper zst
`

/** The words that are never replaced. */
export const vocabulary: ReadonlySet<string> = new Set(words.split(/\s+/).filter(word => word !== ''))
