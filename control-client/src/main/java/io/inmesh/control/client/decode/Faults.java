package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.route.FaultPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fault filter, as a filter and as what a route says instead. */
final class Faults {
  static final String TYPE = "envoy.extensions.filters.http.fault.v3.HTTPFault";
  private static final String FILTER = "envoy.filters.http.fault";
  private static final String WRAPPER = "envoy.config.route.v3.FilterConfig";

  private Faults() {}

  /** What a {@code typed_per_filter_config} says, null where it says nothing. */
  static @Nullable FaultPolicy perFilter(WireMessage level) {
    if (!level.has("typed_per_filter_config")) {
      return null;
    }
    Map<String, WireMessage> configs = level.map("typed_per_filter_config");
    WireMessage any = configs.get(FILTER);
    if (any != null && any.anyType().equals(WRAPPER)) {
      WireMessage wrapper = any.anyContent();
      if (wrapper != null && wrapper.bool("disabled")) {
        return FaultPolicy.NONE;
      }
      any = wrapper == null ? null : wrapper.message("config");
    }
    WireMessage fault = any != null && any.anyType().equals(TYPE) ? any.anyContent() : null;
    return fault == null ? null : policy(fault);
  }

  static FaultPolicy policy(WireMessage fault) {
    String cluster = fault.string("upstream_cluster");
    return new FaultPolicy(
        delay(fault.message("delay")),
        abort(fault.message("abort")),
        cluster.isEmpty() ? null : cluster,
        fault.strings("downstream_nodes"),
        Matchers.headers(fault.messages("headers")));
  }

  private static FaultPolicy.@Nullable Delay delay(@Nullable WireMessage delay) {
    if (delay == null || delay.which("fault_delay_secifier").equals("header_delay")) {
      return null;
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
        return null;
      default:
        throw new IllegalArgumentException("FaultAbort.error_type: is required");
    }
  }

  private static FractionalPercent percentage(WireMessage fault) {
    WireMessage percentage = fault.message("percentage");
    return percentage == null ? new FractionalPercent(0, 100) : Matchers.fraction(percentage);
  }
}
