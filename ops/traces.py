"""Traces: where each operation and each portion of the worker spent its time, for whoever asked for that.

OpenTelemetry's own SDK sends them over HTTP to `OTEL_EXPORTER_OTLP_ENDPOINT`; where that says nothing, nothing of it is
even imported. Everybody else knows only the two protocols of `tenancy/telemetry.py`.

A span holds names, kinds, codes and the text of statements without their values. It never holds what an exception says.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

    from ops.settings import Settings
    from tenancy.telemetry import Tracer


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A span of OpenTelemetry's."""

    tracer: trace.Tracer
    span: trace.Span

    @property
    def trace_id(self) -> str:
        """As it is written in headers."""
        return f"{self.span.get_span_context().trace_id:032x}"

    def child(self, name: str, facts: Mapping[str, Any]) -> OpenSpan:
        """A piece of this piece: what we ask of somebody else."""
        from opentelemetry import trace  # noqa: PLC0415 - only where somebody traces

        begun = self.tracer.start_span(
            name, trace.set_span_in_context(self.span), kind=trace.SpanKind.CLIENT, attributes=facts
        )
        return OpenSpan(self.tracer, begun)

    def end(self, *, name: str | None = None, facts: Mapping[str, Any], failed: str | None = None) -> None:
        """It ends now."""
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 - only where somebody traces

        if name is not None:
            self.span.update_name(name)
        self.span.set_attributes(facts)
        if failed is not None:
            self.span.set_attribute("error.type", failed)
            self.span.set_status(StatusCode.ERROR)
        self.span.end()


@dataclass(frozen=True, slots=True)
class OpenTracer:
    """A tracer of OpenTelemetry's. Of what came along it takes the trace and the parent, and nobody's baggage."""

    tracer: trace.Tracer

    def begin(self, name: str, *, headers: Mapping[str, str]) -> OpenSpan:
        """A span in the trace of `traceparent`; without one that is well-formed, in a trace of its own."""
        from opentelemetry.trace import SpanKind  # noqa: PLC0415 - only where somebody traces
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - likewise
            TraceContextTextMapPropagator,
        )

        parent = TraceContextTextMapPropagator().extract(headers)
        return OpenSpan(self.tracer, self.tracer.start_span(name, parent, kind=SpanKind.SERVER))


@contextmanager
def tracing(settings: Settings, *, program: str) -> Iterator[Tracer | None]:
    """The tracer of this program, if traces are wanted; what it has kept is sent before the block is left."""
    if settings.traces_endpoint is None:
        yield None
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - see the file

    provider = provider_to(OTLPSpanExporter(f"{settings.traces_endpoint}/v1/traces"), program=program)
    try:
        yield OpenTracer(provider.get_tracer("gongguan"))
    finally:
        provider.shutdown()


def provider_to(exporter: SpanExporter, *, program: str) -> TracerProvider:
    """Spans of this program, sent in batches by a thread of their own."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - see the file
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - see the file
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - see the file

    provider = TracerProvider(
        resource=Resource.create({"service.name": f"gongguan-{program}"}), shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
