"""Says on the terminal how far a long command is, and at its end what it cost."""

import resource
from time import process_time

STEP = 500


class Progress:
    def __init__(self, stream):
        self.stream, self.number, self.start = stream, 0, process_time()

    def __call__(self, more):
        before, self.number = self.number, self.number + more
        if self.number // STEP > before // STEP:
            self.stream.write(f"{self.number} texts")

    def close(self, what):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = process_time() - self.start
        self.stream.write(f"{what}: {self.number} texts, {seconds:.1f} s of CPU, at most {peak} MiB of memory")
        self.number, self.start = 0, process_time()
