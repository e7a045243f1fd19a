#!/usr/bin/env bash
# Makes a virtual machine that runs nothing but the broker: Debian's kernel, unpacked and not installed, and an initramfs with artifacts/sluice.
#   tests/Sluice.Vm.Tests/make-vm.sh FOLDER     writes FOLDER/vmlinuz and FOLDER/initramfs.gz
# Debian's packages only. Installs QEMU and e2fsprogs where they are missing; everything else is unpacked below FOLDER.
set -euo pipefail
[ $# = 1 ] || { echo "make-vm.sh: give the folder to write to" >&2; exit 2; }
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
mkdir -p "$1"; out="$(cd "$1" && pwd)"
sluice="$root/artifacts/sluice"
[ -x "$sluice" ] || { echo "make-vm.sh: $sluice is missing; run ./publish.sh first" >&2; exit 2; }
command -v apt-get >/dev/null 2>&1 || { echo "make-vm.sh: needs Debian's apt-get" >&2; exit 2; }

missing=""
command -v qemu-system-x86_64 >/dev/null 2>&1 || missing="$missing qemu-system-x86"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v mke2fs >/dev/null 2>&1 || [ -x /sbin/mke2fs ] || missing="$missing e2fsprogs"
if [ -n "$missing" ] || [ ! -d "$out/unpacked" ]; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # shellcheck disable=SC2086
  [ -z "$missing" ] || { echo "installing:$missing"; $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
fi

if [ ! -d "$out/unpacked" ]; then
  kernel="$(apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }')"
  echo "unpacking $kernel and busybox-static"
  rm -rf "$out/packages" "$out/unpacking"; mkdir -p "$out/packages" "$out/unpacking"
  # Where apt drops its rights for a download, it needs a folder that its user may write to.
  (cd "$out/packages" && apt-get -o APT::Sandbox::User=root download -qq "$kernel" busybox-static)
  for package in "$out"/packages/*.deb; do dpkg-deb -x "$package" "$out/unpacking"; done
  mv "$out/unpacking" "$out/unpacked"
fi

unpacked="$out/unpacked"
busybox="$(find "$unpacked" -path '*bin/busybox' -type f | head -n 1)"
modules="$(find "$unpacked" -path '*/lib/modules/*' -prune -type d | head -n 1)"
version="$(basename "$modules")"
cp "$unpacked"/boot/vmlinuz-"$version" "$out/vmlinuz"

image="$out/image"; rm -rf "$image"
mkdir -p "$image"/bin "$image"/dev "$image"/proc "$image"/sys "$image"/tmp "$image"/data "$image"/modules
cp "$busybox" "$image/bin/busybox"
cp "$here/init.sh" "$image/init"; chmod 755 "$image/init"
cp "$sluice" "$image/sluice"
# The loader and libraries of the machine that the broker was linked on; OpenSSL's are opened by name.
{ ldd "$sluice"; ldconfig -p | grep -E 'lib(ssl|crypto)\.so\.3 .*x86-64'; } | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }' | while read -r library; do
  mkdir -p "$image$(dirname "$library")"; cp -L "$library" "$image$library"
done

# What a module needs is written in it, so that depmod is not needed: the closure, needed ones first. What is no file is built into the kernel.
declare -A done_modules
add_module() {
  local name="${1//-/_}" file needed
  [ -z "${done_modules[$name]:-}" ] || return 0
  done_modules[$name]=1
  file="$(find "$modules" -name '*.ko*' | awk -F/ -v name="$name" '{ base = $NF; sub(/\.ko.*/, "", base); gsub(/-/, "_", base); if (base == name && !found++) print }')"
  [ -n "$file" ] || return 0
  case "$file" in
    *.xz) xz -dc "$file" > "$image/modules/$name.ko" ;;
    *.zst) zstd -qdc "$file" > "$image/modules/$name.ko" ;;
    *) cp "$file" "$image/modules/$name.ko" ;;
  esac
  needed="$(tr '\0' '\n' < "$image/modules/$name.ko" | sed -n 's/^depends=//p' | tr ',' ' ')"
  for other in $needed; do add_module "$other"; done
  echo "$name.ko" >> "$image/modules/order"
}
: > "$image/modules/order"
for module in crc32c_generic virtio_pci virtio_blk virtio_net ext4; do add_module "$module"; done
# Kernel TLS, and AES-GCM in the processor's own instructions as any server has it.
for module in gf128mul ghash_generic ctr seqiv gcm aesni_intel ghash_clmulni_intel tls; do add_module "$module"; done

(cd "$image" && find . | "$busybox" cpio -o -H newc 2>/dev/null | gzip -1) > "$out/initramfs.gz"
echo "$out: Debian's kernel $version, initramfs of $(du -h "$out/initramfs.gz" | cut -f1)"
