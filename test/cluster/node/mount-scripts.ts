/** Folders of this machine that hold its programs; a node's commands are this machine's. */
const programFolders = 'usr bin sbin lib lib32 lib64'

/** Shows this machine's programs below `$1`: as links where they are links here. */
const showPrograms = `
show_programs() {
  for folder in ${programFolders}; do
    if [ -L "/$folder" ]; then ln -sfn "$(readlink "/$folder")" "$1/$folder"
    elif [ -d "/$folder" ]; then mkdir -p "$1/$folder"; mount --bind -o ro "/$folder" "$1/$folder"
    fi
  done
}`

/**
 * Makes the node's file system and then becomes the program that follows.
 * Arguments: root, work folder, host name, boot id, program and its arguments.
 */
export const nodeScript = `${showPrograms}
root=$1 work=$2 name=$3 boot=$4; shift 4
hostname "$name"
mount --bind "$root" "$root"
show_programs "$root"
mount -t proc proc /proc
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
echo "$boot" > "$work/boot_id"
mount --bind "$work/boot_id" "$root/proc/sys/kernel/random/boot_id"
echo 1 > /proc/sys/net/ipv4/ip_forward
for file in /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/bridge/bridge-nf-call-ip6tables; do
  if [ -e "$file" ]; then echo 1 > "$file"; fi
done
exec "$@"`

/**
 * Makes a container's file system out of this machine's programs and its mounts, and becomes its command.
 * Arguments: work folder, mounts as \`ro:source:target\`, \`--\`, command and its arguments.
 * A read-only mount is read-only with all that is mounted below it, as the field recursiveReadOnly has it.
 */
export const containerScript = `${showPrograms}
root=$1/container; shift
mkdir -p "$root"
mount -t tmpfs tmpfs "$root"
show_programs "$root"
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
  mode=\${1%%:*} rest=\${1#*:} source=\${rest%%:*} target=$root\${rest#*:}; shift
  mkdir -p "$target"
  mount --rbind "$source" "$target"
  if [ "$mode" = ro ]; then
    for below in $(awk -v top="$target" '$5 == top || index($5, top "/") == 1 { print $5 }' /proc/self/mountinfo); do
      mount -o remount,bind,ro "$below"
    done
  fi
done
shift
exec chroot "$root" "$@"`
