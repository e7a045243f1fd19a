#!/bin/busybox sh
# First and only process of the virtual machine: the file system, the network, the broker.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module" || echo "VM: $module was refused"; done < /modules/order
# What is not flushed is to reach the disk now and then, so that a cut finds some of it there and some not.
echo 50 > /proc/sys/vm/dirty_writeback_centisecs; echo 100 > /proc/sys/vm/dirty_expire_centisecs
ip link set lo up; ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up
port="$(sed 's/.*sluice.port=\([0-9]*\).*/\1/' /proc/cmdline)"
mount -t ext4 -o commit=2 /dev/vda /data || { echo "VM: the disk cannot be mounted"; poweroff -f; }
echo "VM: mounted"
export DOTNET_gcServer=0 DOTNET_GCHeapHardLimit=0x10000000
/sluice serve --data /data/sluice \
  --set listeners=PLAINTEXT://0.0.0.0:9092 --set "advertised.listeners=PLAINTEXT://127.0.0.1:$port" \
  --set log.initial.task.delay.ms=0 --set log.retention.check.interval.ms=50 --set auto.create.topics.enable=false \
  --set log.flush.offset.checkpoint.interval.ms=100 --set log.flush.start.offset.checkpoint.interval.ms=100 \
  --set log.cleaner.backoff.ms=20 --set log.cleaner.dedupe.buffer.size=2097152 \
  --set transaction.state.log.num.partitions=2 --set offsets.topic.num.partitions=2
echo "VM: the broker ended with $?"
poweroff -f
