package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.authz.RbacOverride;
import io.inmesh.engine.authz.RbacStats;
import io.inmesh.engine.listener.HttpFilter;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.route.CorsPolicy;
import io.inmesh.engine.route.FaultPolicy;
import io.inmesh.engine.route.FilterOverrides;
import io.inmesh.engine.route.LocalRateLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP filters, as a connection manager lists them and as a level of a route table sets them. */
final class Filters {
  private static final String FAULT = "envoy.filters.http.fault";
  private static final String CORS = "envoy.filters.http.cors";
  private static final String RATE_LIMIT = "envoy.filters.http.local_ratelimit";

  private static final String CORS_TYPE = "envoy.extensions.filters.http.cors.v3.Cors";
  private static final String CORS_POLICY = "envoy.extensions.filters.http.cors.v3.CorsPolicy";
  private static final String WRAPPER = "envoy.config.route.v3.FilterConfig";

  private Filters() {}

  /** The filters of a connection manager that do something on their own account, in order. */
  static List<HttpFilter> of(WireMessage manager) {
    List<HttpFilter> out = new ArrayList<>();
    for (WireMessage filter : manager.messages("http_filters")) {
      WireMessage any = filter.message("typed_config");
      WireMessage content = any == null ? null : any.anyContent();
      boolean disabled = filter.bool("disabled");
      if (any != null && content != null && any.anyType().equals(Rbacs.TYPE)) {
        out.add(
            new HttpFilter.Rbac(
                filter.string("name"), Rbacs.http(content), disabled, new RbacStats()));
      }
      if (any == null || disabled) {
        continue;
      }
      switch (any.anyType()) {
        case Faults.TYPE ->
            out.add(
                new HttpFilter.Fault(content == null ? FaultPolicy.NONE : Faults.policy(content)));
        case CORS_TYPE -> out.add(new HttpFilter.Cors());
        case RateLimits.TYPE -> {
          if (content != null) {
            out.add(new HttpFilter.RateLimit(RateLimits.of(content)));
          }
        }
        default -> {
          // Others act elsewhere, or are refused by the table of supported fields.
        }
      }
    }
    return out;
  }

  /** What a {@code typed_per_filter_config} says. */
  static FilterOverrides perFilter(WireMessage level) {
    if (!level.has("typed_per_filter_config")) {
      return FilterOverrides.NONE;
    }
    Map<String, WireMessage> configs = level.map("typed_per_filter_config");
    FaultPolicy fault = null;
    CorsPolicy cors = null;
    LocalRateLimit limit = null;
    WireMessage any = configs.get(FAULT);
    if (any != null) {
      WireMessage config = content(any, Faults.TYPE);
      fault = disabled(any) ? FaultPolicy.NONE : config == null ? null : Faults.policy(config);
    }
    any = configs.get(CORS);
    if (any != null) {
      WireMessage config = content(any, CORS_POLICY);
      cors = disabled(any) ? CORS_OFF : config == null ? null : cors(config);
    }
    any = configs.get(RATE_LIMIT);
    if (any != null) {
      WireMessage config = content(any, RateLimits.TYPE);
      limit = disabled(any) ? RateLimits.off() : config == null ? null : RateLimits.ofLevel(config);
    }
    Map<String, RbacOverride> rbac = new HashMap<>();
    configs.forEach(
        (name, config) -> {
          RbacOverride said = rbac(config);
          if (said != null) {
            rbac.put(name, said);
          }
        });
    return fault == null && cors == null && limit == null && rbac.isEmpty()
        ? FilterOverrides.NONE
        : new FilterOverrides(fault, cors, limit, rbac);
  }

  // A wrapper switches a filter of any kind by its name, with its own configuration or without.
  private static @Nullable RbacOverride rbac(WireMessage any) {
    if (disabled(any)) {
      return RbacOverride.OFF;
    }
    WireMessage config = content(any, Rbacs.PER_ROUTE);
    if (config != null) {
      return Rbacs.override(config);
    }
    boolean wrapped = any.anyType().equals(WRAPPER);
    WireMessage wrapper = wrapped ? any.anyContent() : null;
    return wrapped && (wrapper == null || !wrapper.has("config")) ? RbacOverride.ON : null;
  }

  private static final CorsPolicy CORS_OFF =
      new CorsPolicy(List.of(), "", "", "", "", null, null, null, new FractionalPercent(0, 100));

  private static boolean disabled(WireMessage any) {
    WireMessage wrapper = any.anyType().equals(WRAPPER) ? any.anyContent() : null;
    return wrapper != null && wrapper.bool("disabled");
  }

  private static @Nullable WireMessage content(WireMessage any, String type) {
    WireMessage inner = any;
    if (any.anyType().equals(WRAPPER)) {
      WireMessage wrapper = any.anyContent();
      inner = wrapper == null ? null : wrapper.message("config");
    }
    return inner != null && inner.anyType().equals(type) ? inner.anyContent() : null;
  }

  /** The field {@code cors} of a route or a virtual host, null where it is absent. */
  static @Nullable CorsPolicy legacyCors(WireMessage owner) {
    WireMessage cors = owner.message("cors");
    return cors == null ? null : cors(cors);
  }

  private static CorsPolicy cors(WireMessage cors) {
    List<StringMatcher> origins = new ArrayList<>();
    for (WireMessage origin : cors.messages("allow_origin_string_match")) {
      origins.add(Matchers.string(origin));
    }
    WireMessage enabled = cors.message("filter_enabled");
    return new CorsPolicy(
        origins,
        cors.string("allow_methods"),
        cors.string("allow_headers"),
        cors.string("expose_headers"),
        cors.string("max_age"),
        flag(cors, "allow_credentials"),
        flag(cors, "allow_private_network_access"),
        flag(cors, "forward_not_matching_preflights"),
        enabled == null ? FractionalPercent.ALL : Matchers.runtimeFraction(enabled));
  }

  private static @Nullable Boolean flag(WireMessage message, String field) {
    return message.has(field) ? Boolean.valueOf(message.wrappedBool(field, false)) : null;
  }
}
