"""The messages of roster.v1, from the descriptors that rosterd embeds."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from conftest import ROOT


def descriptors():
    found = descriptor_pb2.FileDescriptorSet.FromString(
        (ROOT / "Sources/CSchema/descriptors/roster.binpb").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in found.file:
        pool.Add(file)
    return pool


POOL = descriptors()


def message(name):
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"roster.v1.{name}"))
