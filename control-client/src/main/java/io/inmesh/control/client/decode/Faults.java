package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.route.FaultPolicy;
import org.jspecify.annotations.Nullable;

/** The policy of a fault filter, the same for a filter and for what a route says instead. */
final class Faults {
  static final String TYPE = "envoy.extensions.filters.http.fault.v3.HTTPFault";

  private Faults() {}

  static FaultPolicy policy(WireMessage fault) {
    String cluster = fault.string("upstream_cluster");
    return new FaultPolicy(
        delay(fault.message("delay")),
        abort(fault.message("abort")),
        cluster.isEmpty() ? null : cluster,
        fault.strings("downstream_nodes"),
        Matchers.headers(fault.messages("headers")),
        fault.wrappedNumber("max_active_faults", Long.MAX_VALUE));
  }

  private static FaultPolicy.@Nullable Delay delay(@Nullable WireMessage delay) {
    if (delay == null) {
      return null;
    }
    if (delay.which("fault_delay_secifier").equals("header_delay")) {
      return new FaultPolicy.Delay(null, percentage(delay));
    }
    if (!delay.has("fixed_delay")) {
      throw new IllegalArgumentException("FaultDelay.fault_delay_secifier: is required");
    }
    return new FaultPolicy.Delay(
        Matchers.duration(delay, "fixed_delay", java.time.Duration.ZERO), percentage(delay));
  }

  private static FaultPolicy.@Nullable Abort abort(@Nullable WireMessage abort) {
    if (abort == null) {
      return null;
    }
    switch (abort.which("error_type")) {
      case "http_status":
        return new FaultPolicy.Abort((int) abort.number("http_status"), null, percentage(abort));
      case "grpc_status":
        return new FaultPolicy.Abort(200, (int) abort.number("grpc_status"), percentage(abort));
      case "header_abort":
        return new FaultPolicy.Abort(200, null, percentage(abort), true);
      default:
        throw new IllegalArgumentException("FaultAbort.error_type: is required");
    }
  }

  private static FractionalPercent percentage(WireMessage fault) {
    WireMessage percentage = fault.message("percentage");
    return percentage == null ? new FractionalPercent(0, 100) : Matchers.fraction(percentage);
  }
}
