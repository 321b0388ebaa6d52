#!/bin/bash
# Runs once inside the new root: makes a Debian minbase into a lab host. The recipe's digest covers this file.
set -eu

# Every host gets its own identity when its container is made.
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
: > /etc/machine-id
echo lab > /etc/hostname

# Units that wait for hardware, or that a container has no use for.
systemctl mask getty.target console-getty.service systemd-logind.service systemd-udevd.service \
    systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
    systemd-resolved.service systemd-networkd.service systemd-modules-load.service systemd-pstore.service \
    systemd-firstboot.service systemd-update-utmp.service systemd-random-seed.service \
    sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
    dev-mqueue.mount proc-sys-fs-binfmt_misc.automount \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer remote-fs.target
# Kept for the edge, which enables them itself; a plain host is bare: its containerd is installed, not running.
systemctl disable haproxy.service nginx.service containerd.service
systemctl enable ssh.service

useradd --create-home --shell /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
# An account without any password counts as locked for sshd; this one has a password nobody can type.
usermod --password '*' admin

mkdir -p /var/log/journal /etc/trailboss-lab /srv/mirror
chmod 0755 /usr/local/sbin/trailboss-lab-init

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/*.log /var/log/apt
rm -rf /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /debootstrap
