// pause holds a pod's namespaces open and, as PID 1 of a shared process namespace, reaps zombies.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// As upstream's: kubeadm's check of whether jobs can run asks for the version, and nothing else.
	if len(os.Args) > 1 && os.Args[1] == "-v" {
		os.Stdout.WriteString("pause (Trailboss's lab)\n")
		return
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for got := range signals {
		if got != syscall.SIGCHLD {
			os.Exit(0)
		}
		reap()
	}
}

// One SIGCHLD may stand for many children.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if pid <= 0 || err != nil {
			return
		}
	}
}
