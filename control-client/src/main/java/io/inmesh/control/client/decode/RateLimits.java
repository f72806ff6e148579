package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.match.UnsupportedFeatureException;
import io.inmesh.engine.route.HeaderMutations;
import io.inmesh.engine.route.LocalRateLimit;
import io.inmesh.engine.route.LocalRateLimit.VirtualHostLimits;
import io.inmesh.engine.route.RateLimitAction;
import io.inmesh.engine.route.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Local rate limits and the descriptors of requests. */
final class RateLimits {
  static final String TYPE = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";
  private static final FractionalPercent NOBODY = new FractionalPercent(0, 100);

  private RateLimits() {}

  /** Limits nothing. */
  static LocalRateLimit off() {
    return new LocalRateLimit(
        new LocalRateLimit.Settings(
            429,
            NOBODY,
            NOBODY,
            HeaderMutations.NONE,
            HeaderMutations.NONE,
            List.of(),
            0,
            VirtualHostLimits.OVERRIDE,
            false,
            false,
            true),
        null,
        List.of());
  }

  /** The limit of a level of a route table, where Envoy demands a bucket. */
  static LocalRateLimit ofLevel(WireMessage limit) {
    if (!limit.has("token_bucket")) {
      throw new IllegalArgumentException(
          "local rate limit token bucket must be set for per filter configs");
    }
    return of(limit);
  }

  static LocalRateLimit of(WireMessage limit) {
    WireMessage enabled = limit.message("filter_enabled");
    WireMessage enforced = limit.message("filter_enforced");
    LocalRateLimit.Settings settings =
        new LocalRateLimit.Settings(
            (int) limit.messageOrEmpty("status").number("code"),
            enabled == null ? NOBODY : Matchers.runtimeFraction(enabled),
            enforced == null ? NOBODY : Matchers.runtimeFraction(enforced),
            Mutations.adds(limit.messages("response_headers_to_add")),
            Mutations.adds(limit.messages("request_headers_to_add_when_not_enforced")),
            descriptors(limit),
            (int) limit.number("stage"),
            switch (limit.enumName("vh_rate_limits")) {
              case "INCLUDE" -> VirtualHostLimits.INCLUDE;
              case "IGNORE" -> VirtualHostLimits.IGNORE;
              default -> VirtualHostLimits.OVERRIDE;
            },
            limit.enumName("enable_x_ratelimit_headers").equals("DRAFT_VERSION_03"),
            limit.bool("rate_limited_as_resource_exhausted"),
            limit.wrappedBool("always_consume_default_token_bucket", true));
    WireMessage bucket = limit.message("token_bucket");
    return new LocalRateLimit(settings, bucket == null ? null : bucket(bucket), limits(limit));
  }

  private static List<LocalRateLimit.Limit> limits(WireMessage limit) {
    List<LocalRateLimit.Limit> out = new ArrayList<>();
    Set<List<LocalRateLimit.Entry>> known = new HashSet<>();
    for (WireMessage descriptor : limit.messages("descriptors")) {
      List<LocalRateLimit.Entry> entries = new ArrayList<>();
      for (WireMessage entry : descriptor.messages("entries")) {
        if (entry.string("value").isEmpty()) {
          throw new UnsupportedFeatureException("a rate limit for each value of a descriptor");
        }
        entries.add(new LocalRateLimit.Entry(entry.string("key"), entry.string("value")));
      }
      if (!known.add(entries)) {
        throw new IllegalArgumentException(
            "duplicate descriptor in the local rate descriptor: " + entries);
      }
      out.add(
          new LocalRateLimit.Limit(
              entries,
              bucket(
                  Matchers.required(
                      descriptor.message("token_bucket"),
                      "LocalRateLimitDescriptor.token_bucket"))));
    }
    return out;
  }

  private static TokenBucket bucket(WireMessage bucket) {
    Duration interval = Matchers.duration(bucket, "fill_interval");
    if (interval == null) {
      throw new IllegalArgumentException("TokenBucket.fill_interval: value is required");
    }
    return new TokenBucket(
        bucket.number("max_tokens"), bucket.wrappedNumber("tokens_per_fill", 1), interval);
  }

  /** The field {@code rate_limits} of a route, a virtual host or a filter. */
  static List<RateLimitAction.Descriptor> descriptors(WireMessage owner) {
    List<RateLimitAction.Descriptor> out = new ArrayList<>();
    for (WireMessage limit : owner.messages("rate_limits")) {
      // Envoy's local rate limit skips these, yet they stand in for those of the virtual host.
      boolean disabled = !limit.string("disable_key").isEmpty();
      List<RateLimitAction> actions = new ArrayList<>();
      boolean known = true;
      for (WireMessage action : disabled ? List.<WireMessage>of() : limit.messages("actions")) {
        RateLimitAction read = action(action);
        known &= read != null;
        if (read != null) {
          actions.add(read);
        }
      }
      if (known) {
        out.add(new RateLimitAction.Descriptor((int) limit.wrappedNumber("stage", 0), actions));
      }
    }
    return out;
  }

  private static @Nullable RateLimitAction action(WireMessage action) {
    String which = action.which("action_specifier");
    WireMessage content = which.isEmpty() ? action : action.messageOrEmpty(which);
    switch (which) {
      case "destination_cluster":
        return new RateLimitAction.DestinationCluster();
      case "remote_address":
        return new RateLimitAction.RemoteAddress();
      case "request_headers":
        return new RateLimitAction.RequestHeader(
            content.string("header_name"),
            content.string("descriptor_key"),
            content.bool("skip_if_absent"));
      case "generic_key":
        return new RateLimitAction.GenericKey(
            key(content, "generic_key"), content.string("descriptor_value"));
      case "header_value_match":
        return new RateLimitAction.HeaderValueMatch(
            key(content, "header_match"),
            content.string("descriptor_value"),
            content.wrappedBool("expect_match", true),
            Matchers.headers(content.messages("headers")));
      case "query_parameter_value_match":
        List<QueryParameterMatcher> parameters = new ArrayList<>();
        for (WireMessage parameter : content.messages("query_parameters")) {
          parameters.add(Matchers.query(parameter));
        }
        return new RateLimitAction.QueryValueMatch(
            key(content, "query_match"),
            content.string("descriptor_value"),
            content.wrappedBool("expect_match", true),
            parameters);
      default:
        // Refused by the table of supported fields where a filter would read it.
        return null;
    }
  }

  private static String key(WireMessage action, String fallback) {
    String key = action.string("descriptor_key");
    return key.isEmpty() ? fallback : key;
  }
}
