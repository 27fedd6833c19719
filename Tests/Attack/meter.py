"""What an attack costs the server: memory, processor time, descriptors."""

import os
import pathlib
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """From its making to `stop`."""

    def __init__(self, server):
        self.folder = pathlib.Path(f"/proc/{server.process.pid}")
        self._forget_peak()
        self.resident = self._status("VmRSS")
        self.processor = self._processor()
        self.started = time.monotonic()

    def _forget_peak(self):
        try:
            (self.folder / "clear_refs").write_text("5")
        except OSError:
            # Without the right to it, the peak is that of the whole life: the same or more.
            pass

    def _status(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) << 10
        raise KeyError(name)

    def _processor(self):
        words = (self.folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def stop(self):
        """Growth of the peak in octets, processor time and duration in seconds."""
        return {
            "grown": self._status("VmHWM") - self.resident,
            "processor": self._processor() - self.processor,
            "seconds": time.monotonic() - self.started}


def descriptor_count(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))
