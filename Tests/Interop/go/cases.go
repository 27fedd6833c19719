package main

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	testing "grpc/testing"
)

var cases = map[string]func(*client){
	"empty_unary":                 emptyUnary,
	"large_unary":                 largeUnary,
	"cacheable_unary":             cacheableUnary,
	"client_streaming":            clientStreaming,
	"server_streaming":            serverStreaming,
	"ping_pong":                   pingPong,
	"empty_stream":                emptyStream,
	"half_duplex":                 halfDuplex,
	"client_compressed_unary":     clientCompressedUnary,
	"custom_metadata":             customMetadata,
	"status_code_and_message":     statusCodeAndMessage,
	"special_status_message":      specialStatusMessage,
	"unimplemented_method":        unimplementedMethod,
	"unimplemented_service":       unimplementedService,
	"cancel_after_begin":          cancelAfterBegin,
	"cancel_after_first_response": cancelAfterFirstResponse,
	"timeout_on_sleeping_server":  timeoutOnSleepingServer,
	"concurrent_large_unary":      concurrentLargeUnary,
	"rpc_soak":                    rpcSoak,
	"channel_soak":                channelSoak,
}

func payload(size int) *testing.Payload { return &testing.Payload{Body: make([]byte, size)} }

func large() *testing.SimpleRequest {
	return &testing.SimpleRequest{ResponseSize: 314159, Payload: payload(271828)}
}

func asking(body int, sizes ...int32) *testing.StreamingOutputCallRequest {
	request := &testing.StreamingOutputCallRequest{Payload: payload(body)}
	for _, size := range sizes {
		request.ResponseParameters = append(
			request.ResponseParameters, &testing.ResponseParameters{Size: size})
	}
	return request
}

func emptyUnary(c *client) {
	call, cancel := limited()
	defer cancel()
	_, err := c.EmptyCall(call, &testing.Empty{})
	check(err == nil, "%v", err)
}

func largeUnary(c *client) {
	call, cancel := limited()
	defer cancel()
	answer, err := c.UnaryCall(call, large())
	check(err == nil, "%v", err)
	check(bytes.Equal(answer.Payload.Body, make([]byte, 314159)), "another payload")
}

func cacheableUnary(c *client) {
	call, cancel := limited()
	defer cancel()
	answer, err := c.CacheableUnaryCall(call, &testing.SimpleRequest{ResponseSize: 7})
	check(err == nil && len(answer.Payload.Body) == 7, "%v", err)
}

func clientStreaming(c *client) {
	call, cancel := limited()
	defer cancel()
	stream, err := c.StreamingInputCall(call)
	check(err == nil, "%v", err)
	for _, size := range []int{27182, 8, 1828, 45904} {
		err = stream.Send(&testing.StreamingInputCallRequest{Payload: payload(size)})
		check(err == nil, "%v", err)
	}
	answer, err := stream.CloseAndRecv()
	check(err == nil, "%v", err)
	check(answer.AggregatedPayloadSize == 74922, "%d", answer.AggregatedPayloadSize)
}

// receiver is what the three kinds of streams with answers have in common.
type receiver interface {
	Recv() (*testing.StreamingOutputCallResponse, error)
}

func expectSizes(stream receiver, sizes ...int32) {
	for _, size := range sizes {
		answer, err := stream.Recv()
		check(err == nil, "%v", err)
		check(len(answer.Payload.Body) == int(size), "%d bytes, not %d", len(answer.Payload.Body), size)
	}
}

func expectEnd(stream receiver) {
	_, err := stream.Recv()
	check(err == io.EOF, "%v", err)
}

func serverStreaming(c *client) {
	call, cancel := limited()
	defer cancel()
	stream, err := c.StreamingOutputCall(call, asking(0, 31415, 9, 2653, 58979))
	check(err == nil, "%v", err)
	expectSizes(stream, 31415, 9, 2653, 58979)
	expectEnd(stream)
}

func pingPong(c *client) {
	call, cancel := limited()
	defer cancel()
	stream, err := c.FullDuplexCall(call)
	check(err == nil, "%v", err)
	for _, turn := range [][2]int{{27182, 31415}, {8, 9}, {1828, 2653}, {45904, 58979}} {
		err = stream.Send(asking(turn[0], int32(turn[1])))
		check(err == nil, "%v", err)
		expectSizes(stream, int32(turn[1]))
	}
	check(stream.CloseSend() == nil, "the end can't be sent")
	expectEnd(stream)
}

func emptyStream(c *client) {
	call, cancel := limited()
	defer cancel()
	stream, err := c.FullDuplexCall(call)
	check(err == nil, "%v", err)
	check(stream.CloseSend() == nil, "the end can't be sent")
	expectEnd(stream)
}

func halfDuplex(c *client) {
	call, cancel := limited()
	defer cancel()
	stream, err := c.HalfDuplexCall(call)
	check(err == nil, "%v", err)
	for _, size := range []int32{31415, 9, 2653} {
		check(stream.Send(asking(0, size)) == nil, "a request can't be sent")
	}
	check(stream.CloseSend() == nil, "the end can't be sent")
	expectSizes(stream, 31415, 9, 2653)
	expectEnd(stream)
}

func clientCompressedUnary(c *client) {
	ask := func(expected bool, options ...grpc.CallOption) error {
		call, cancel := limited()
		defer cancel()
		request := large()
		request.ExpectCompressed = &testing.BoolValue{Value: expected}
		answer, err := c.UnaryCall(call, request, options...)
		check(err != nil || len(answer.Payload.Body) == 314159, "another payload")
		return err
	}
	// The probe: a server that can't see the flag would take it.
	err := ask(true)
	check(status.Code(err) == codes.InvalidArgument, "%v", err)
	err = ask(true, grpc.UseCompressor(gzip.Name))
	check(err == nil, "%v", err)
	err = ask(false)
	check(err == nil, "%v", err)
}

func customMetadata(c *client) {
	expect := func(initial, trailing metadata.MD) {
		value := initial.Get("x-grpc-test-echo-initial")
		check(len(value) == 1 && value[0] == "test_initial_metadata_value", "%v", initial)
		value = trailing.Get("x-grpc-test-echo-trailing-bin")
		check(len(value) == 1 && value[0] == "\xab\xab\xab", "%v", trailing)
	}
	limit, cancel := limited()
	defer cancel()
	call := metadata.AppendToOutgoingContext(
		limit, "x-grpc-test-echo-initial", "test_initial_metadata_value",
		"x-grpc-test-echo-trailing-bin", "\xab\xab\xab")
	var initial, trailing metadata.MD
	_, err := c.UnaryCall(call, large(), grpc.Header(&initial), grpc.Trailer(&trailing))
	check(err == nil, "%v", err)
	expect(initial, trailing)

	stream, err := c.FullDuplexCall(call)
	check(err == nil, "%v", err)
	check(stream.Send(asking(271828, 314159)) == nil, "a request can't be sent")
	check(stream.CloseSend() == nil, "the end can't be sent")
	expectSizes(stream, 314159)
	expectEnd(stream)
	initial, err = stream.Header()
	check(err == nil, "%v", err)
	expect(initial, stream.Trailer())
}

func expectStatus(c *client, code codes.Code, message string) {
	call, cancel := limited()
	defer cancel()
	wanted := &testing.EchoStatus{Code: int32(code), Message: message}
	_, err := c.UnaryCall(call, &testing.SimpleRequest{ResponseStatus: wanted})
	check(status.Code(err) == code && status.Convert(err).Message() == message, "%v", err)

	stream, err := c.FullDuplexCall(call)
	check(err == nil, "%v", err)
	_ = stream.Send(&testing.StreamingOutputCallRequest{ResponseStatus: wanted})
	_ = stream.CloseSend()
	_, err = stream.Recv()
	check(status.Code(err) == code && status.Convert(err).Message() == message, "%v", err)
}

func statusCodeAndMessage(c *client) { expectStatus(c, codes.Unknown, "test status message") }

func specialStatusMessage(c *client) {
	expectStatus(
		c, codes.Unknown,
		"\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
}

func expectUnimplemented(c *client, path string) {
	call, cancel := limited()
	defer cancel()
	err := c.connection.Invoke(call, path, &testing.Empty{}, &testing.Empty{})
	check(status.Code(err) == codes.Unimplemented, "%v", err)
}

func unimplementedMethod(c *client) {
	expectUnimplemented(c, "/grpc.testing.TestService/UnimplementedCall")
}

func unimplementedService(c *client) {
	expectUnimplemented(c, "/grpc.testing.UnimplementedService/UnimplementedCall")
}

func cancelAfterBegin(c *client) {
	call, cancel := limited()
	stream, err := c.StreamingInputCall(call)
	check(err == nil, "%v", err)
	cancel()
	_, err = stream.CloseAndRecv()
	check(status.Code(err) == codes.Canceled, "%v", err)
}

func cancelAfterFirstResponse(c *client) {
	call, cancel := limited()
	stream, err := c.FullDuplexCall(call)
	check(err == nil, "%v", err)
	check(stream.Send(asking(27182, 31415)) == nil, "a request can't be sent")
	expectSizes(stream, 31415)
	cancel()
	_, err = stream.Recv()
	check(status.Code(err) == codes.Canceled, "%v", err)
}

func timeoutOnSleepingServer(c *client) {
	call, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	stream, err := c.FullDuplexCall(call)
	if err == nil {
		_ = stream.Send(asking(27182))
		_, err = stream.Recv()
	}
	check(status.Code(err) == codes.DeadlineExceeded, "%v", err)
}

// concurrentLargeUnary goes over one connection, beyond the streams that the server allows at once.
func concurrentLargeUnary(c *client) {
	var all sync.WaitGroup
	for index := 0; index < 300; index++ {
		all.Add(1)
		go func() {
			defer all.Done()
			call, cancel := limited()
			defer cancel()
			answer, err := c.UnaryCall(call, large())
			check(err == nil, "%v", err)
			check(len(answer.Payload.Body) == 314159, "another payload")
		}()
	}
	all.Wait()
}

func rpcSoak(c *client) {
	for round := 0; round < 100; round++ {
		largeUnary(c)
	}
}

func channelSoak(*client) {
	for round := 0; round < 25; round++ {
		c := dial()
		largeUnary(c)
		c.connection.Close()
	}
}
