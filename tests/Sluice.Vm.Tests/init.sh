#!/bin/busybox sh
# First and only process of the virtual machine: the file system, the network, the broker.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module" || echo "VM: $module was refused"; done < /modules/order
# What is not flushed is to reach the disk now and then, so that a cut finds some of it there and some not.
echo 50 > /proc/sys/vm/dirty_writeback_centisecs; echo 100 > /proc/sys/vm/dirty_expire_centisecs
ip link set lo up; ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up
argument() { sed -n "s/.*sluice\\.$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }
port="$(argument port)"; tls="$(argument tls)"; tls_port="$(argument tls_port)"; provider="$(argument provider)"
mount -t ext4 -o commit=2 /dev/vda /data || { echo "VM: the disk cannot be mounted"; poweroff -f; }
echo "VM: mounted"
export DOTNET_gcServer=0 DOTNET_GCHeapHardLimit=0x10000000
if [ -z "$tls" ]; then
  set -- --set listeners=PLAINTEXT://0.0.0.0:9092 --set "advertised.listeners=PLAINTEXT://127.0.0.1:$port"
else
  set -- --set listeners=PLAINTEXT://0.0.0.0:9092,SSL://0.0.0.0:9093 --set "advertised.listeners=PLAINTEXT://127.0.0.1:$port,SSL://127.0.0.1:$tls_port" \
    --set "sluice.tls.kernel=$tls" --set "sluice.tls.provider=$provider" --set ssl.keystore.type=PEM --set ssl.keystore.location=/data/key.pem
  # Whoever makes a topic named tell-... is told on the console what the broker has cost so far; a topic named stop stops it.
  (
    told=" "
    while sleep 0.2; do
      for directory in /data/sluice/tell-*-0; do
        name="${directory##*/}"
        case "$told" in *" $name "*) continue ;; esac
        [ -d "$directory" ] || continue
        told="$told$name "
        echo "VM: $name ticks $(cut -d' ' -f14,15 "/proc/$(pidof sluice)/stat") tls_stat $(tr -s '\t\n ' ' ' < /proc/net/tls_stat)"
      done
      [ ! -d /data/sluice/stop-0 ] || { kill -TERM "$(pidof sluice)"; break; }
    done
  ) &
fi
/sluice serve --data /data/sluice "$@" \
  --set log.initial.task.delay.ms=0 --set log.retention.check.interval.ms=50 --set auto.create.topics.enable=false \
  --set log.flush.offset.checkpoint.interval.ms=100 --set log.flush.start.offset.checkpoint.interval.ms=100 \
  --set log.cleaner.backoff.ms=20 --set log.cleaner.dedupe.buffer.size=2097152 \
  --set transaction.state.log.num.partitions=2 --set offsets.topic.num.partitions=2
echo "VM: the broker ended with $?"
poweroff -f
