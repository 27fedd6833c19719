// client ADDRESS CASE [CA FILE]: the cases of gRPC's interop-test-descriptions.md, as far as
// gRPC-Go can express them. Ends with 0 when all is as the case demands.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	testing "grpc/testing"
)

const callTimeout = 30 * time.Second

type client struct {
	testing.TestServiceClient
	connection *grpc.ClientConn
}

func dial() *client {
	options := []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64 << 20)),
	}
	if len(os.Args) > 3 {
		trusted, err := credentials.NewClientTLSFromFile(os.Args[3], "")
		check(err == nil, "%v", err)
		options = append(options, grpc.WithTransportCredentials(trusted))
	} else {
		options = append(options, grpc.WithInsecure())
	}
	connection, err := grpc.Dial(os.Args[1], options...)
	check(err == nil, "%v", err)
	return &client{testing.NewTestServiceClient(connection), connection}
}

func check(claim bool, format string, values ...interface{}) {
	if !claim {
		fmt.Fprintf(os.Stderr, format+"\n", values...)
		os.Exit(1)
	}
}

// limited can't hang a test.
func limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), callTimeout)
}

func main() {
	check(len(os.Args) > 2, "client ADDRESS CASE [CA FILE]")
	run, known := cases[os.Args[2]]
	check(known, "no case %s", os.Args[2])
	run(dial())
}
