"""A steady load of GetUserByEmail over round_robin, for the tests of rolling restarts.

rolling_load.py RATE ADDRESS...: asks RATE times a second until its input ends, with the token in
ROSTER_TOKEN, and prints how the calls ended as one line of JSON.
"""

import asyncio
import json
import os
import sys
import threading
import time

import grpc

from messages import message

TICK = 0.01
POLICY = '{"loadBalancingConfig": [{"round_robin": {}}]}'


class Load:
    def __init__(self, addresses):
        self.channel = grpc.aio.insecure_channel(f"ipv4:{','.join(addresses)}", options=[
            ("grpc.service_config", POLICY), ("grpc.use_local_subchannel_pool", 1),
            ("grpc.min_reconnect_backoff_ms", 100), ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.max_reconnect_backoff_ms", 200)])
        self.find = self.channel.unary_unary(
            "/roster.v1.UserService/GetUserByEmail",
            request_serializer=message("GetUserByEmailRequest").SerializeToString,
            response_deserializer=message("GetUserByEmailResponse").FromString)
        self.metadata = (("authorization", f"Bearer {os.environ['ROSTER_TOKEN']}"),)
        self.request = message("GetUserByEmailRequest")(email="ada@demo.example")
        self.answered, self.failures, self.in_flight, self.in_flight_max = 0, [], 0, 0

    async def call(self):
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)
        try:
            found = await self.find(self.request, metadata=self.metadata, timeout=60)
            assert found.user.given_name == "Ada"
            self.answered += 1
        except grpc.aio.AioRpcError as error:
            self.failures.append({"code": error.code().name, "details": error.details()})
        finally:
            self.in_flight -= 1

    async def run(self, rate):
        end = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), end.set()), daemon=True).start()
        await self.call()
        print("running", flush=True)
        calls, started, count = set(), time.monotonic(), 0
        while not end.is_set():
            # What a slow machine missed is made up for, so the rate holds on the whole.
            due = int((time.monotonic() - started) * rate)
            for _ in range(due - count):
                call = asyncio.ensure_future(self.call())
                calls.add(call)
                call.add_done_callback(calls.discard)
            count = max(due, count)
            await asyncio.sleep(TICK)
        await asyncio.gather(*calls)
        await self.channel.close()


async def main():
    # grpcio binds a channel to the loop that runs when it is made.
    load = Load(sys.argv[2:])
    await load.run(float(sys.argv[1]))
    print(json.dumps({
        "answered": load.answered, "failures": load.failures,
        "in_flight_max": load.in_flight_max}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
