"""Counters of this process as Prometheus text: requests by route and status, latency, saturation."""

import resource
from collections import Counter

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Plain dictionaries: adding a request costs under a microsecond."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.buckets: Counter[int] = Counter()
        self.seconds = 0.0
        self.total = 0
        self.active = 0
        self.shed = 0
        self.cached = 0

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.requests[method, route, status] += 1
        self.total += 1
        self.seconds += seconds
        for number, edge in enumerate(BUCKETS):
            if seconds <= edge:
                self.buckets[number] += 1
                break

    def text(self) -> str:
        """The exposition format 0.0.4."""
        lines = ["# TYPE linli_requests_total counter"]
        for (method, route, status), count in sorted(self.requests.items()):
            lines.append(f'linli_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE linli_request_seconds histogram")
        running = 0
        for number, edge in enumerate(BUCKETS):
            running += self.buckets[number]
            lines.append(f'linli_request_seconds_bucket{{le="{edge}"}} {running}')
        lines += [
            f'linli_request_seconds_bucket{{le="+Inf"}} {self.total}',
            f"linli_request_seconds_sum {self.seconds:.6f}",
            f"linli_request_seconds_count {self.total}",
            "# TYPE linli_requests_active gauge",
            f"linli_requests_active {self.active}",
            "# TYPE linli_requests_shed_total counter",
            f"linli_requests_shed_total {self.shed}",
            "# TYPE linli_pages_cached_total counter",
            f"linli_pages_cached_total {self.cached}",
            "# TYPE process_resident_memory_max_bytes gauge",
            f"process_resident_memory_max_bytes {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}",
        ]
        return "\n".join(lines) + "\n"


metrics = Metrics()
