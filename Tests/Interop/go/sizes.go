package main

import (
	"context"
	"sync"

	"google.golang.org/grpc/stats"
)

// messageSizes keeps what the last message took on the wire and what it became: gRPC-Go shows the
// compressed flag to nobody.
type messageSizes struct {
	lock sync.Mutex
	last *stats.InPayload
}

// lastWasCompressed is true when fewer octets came than the message has.
func (sizes *messageSizes) lastWasCompressed() bool {
	sizes.lock.Lock()
	defer sizes.lock.Unlock()
	return sizes.last.WireLength < sizes.last.Length
}

func (sizes *messageSizes) HandleRPC(_ context.Context, event stats.RPCStats) {
	if payload, found := event.(*stats.InPayload); found {
		sizes.lock.Lock()
		sizes.last = payload
		sizes.lock.Unlock()
	}
}

func (*messageSizes) TagRPC(call context.Context, _ *stats.RPCTagInfo) context.Context {
	return call
}

func (*messageSizes) TagConn(call context.Context, _ *stats.ConnTagInfo) context.Context {
	return call
}

func (*messageSizes) HandleConn(context.Context, stats.ConnStats) {}
