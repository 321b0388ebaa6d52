// iptables stands in for iptables, ip6tables and their -save and -restore in kube-proxy's image until the first of
// them is called. It then looks which of the kernel's two back ends the kubelet writes its rules to, points all six
// names at that back end's program, and runs what was asked. Rules in both back ends at once would contradict each
// other, and the image cannot know beforehand what its host uses.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	sbin = "/usr/sbin"
	// A chain that the kubelet of every supported release makes, in the table mangle.
	hint = "KUBE-KUBELET-CANARY"
)

var families = []string{"iptables", "ip6tables"}

func main() {
	program := filepath.Join(sbin, "xtables-"+mode()+"-multi")
	for _, family := range families {
		for _, ending := range []string{"", "-save", "-restore"} {
			point(family+ending, program)
		}
	}
	err := syscall.Exec(program, append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...), os.Environ())
	fmt.Fprintln(os.Stderr, "iptables: cannot run", program, err)
	os.Exit(1)
}

// nft unless only the legacy tables hold the kubelet's chain.
func mode() string {
	if hinted("nft") || !hinted("legacy") {
		return "nft"
	}
	return "legacy"
}

func hinted(mode string) bool {
	for _, family := range families {
		output, err := exec.Command(filepath.Join(sbin, "xtables-"+mode+"-multi"), family+"-save", "-t", "mangle").Output()
		if err == nil && strings.Contains(string(output), hint) {
			return true
		}
	}
	return false
}

// On a read-only file system the names stay ours, and each call asks again.
func point(name, program string) {
	fresh := filepath.Join(sbin, fmt.Sprintf(".%s.%d", name, os.Getpid()))
	if os.Symlink(program, fresh) == nil {
		_ = os.Rename(fresh, filepath.Join(sbin, name))
	}
}
