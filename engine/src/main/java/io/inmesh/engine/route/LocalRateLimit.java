package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's local rate limit: a filter's, or what a level of the route table says instead. Its
 * buckets live as long as it does, which is until its resource changes, as in Envoy. Thread-safe.
 */
public final class LocalRateLimit {
  /** One entry of a descriptor. */
  public record Entry(String key, String value) {}

  /** A bucket for the requests that have all these entries, in this order. */
  public record Limit(List<Entry> entries, TokenBucket bucket) {
    public Limit {
      entries = List.copyOf(entries);
    }
  }

  /** Whether the limits of the virtual host count too. */
  public enum VirtualHostLimits {
    /** Only where the route has none. */
    OVERRIDE,
    INCLUDE,
    IGNORE
  }

  /**
   * What is configured beside the buckets.
   *
   * @param status of the answer, 429 by default; Envoy ignores what is below 400
   * @param enabled the part of requests that is counted; Envoy's default is none
   * @param enforced the part of limited requests that is answered; Envoy's default is none
   * @param descriptors how requests are described; empty takes the route's own
   * @param rateLimitHeaders whether responses say what is left
   * @param resourceExhausted whether gRPC hears RESOURCE_EXHAUSTED and not UNAVAILABLE
   * @param alwaysConsumeDefault whether the default bucket counts where a descriptor matched
   */
  public record Settings(
      int status,
      FractionalPercent enabled,
      FractionalPercent enforced,
      HeaderMutations responseHeaders,
      HeaderMutations requestHeadersWhenNotEnforced,
      List<RateLimitAction.Descriptor> descriptors,
      int stage,
      VirtualHostLimits virtualHostLimits,
      boolean rateLimitHeaders,
      boolean resourceExhausted,
      boolean alwaysConsumeDefault) {
    public Settings {
      status = status < 400 ? 429 : status;
      descriptors = List.copyOf(descriptors);
    }
  }

  /**
   * What a look at the buckets came to.
   *
   * @param bucket the bucket that decided, or null where there is none
   */
  public record Verdict(boolean allowed, @Nullable TokenBucket bucket) {}

  private final Settings settings;
  private final @Nullable TokenBucket bucket;
  private final List<Limit> limits;

  /**
   * @param bucket null limits nothing but what a descriptor names
   */
  public LocalRateLimit(Settings settings, @Nullable TokenBucket bucket, List<Limit> limits) {
    this.settings = settings;
    this.bucket = bucket;
    // The strictest first, so that a refusal spares the wider ones.
    this.limits =
        limits.stream().sorted(Comparator.comparingDouble(l -> l.bucket().rate())).toList();
  }

  public Settings settings() {
    return settings;
  }

  /** Whether requests need to be described. */
  public boolean hasLimits() {
    return !limits.isEmpty();
  }

  /** Takes a token of every bucket that applies, until one has none. */
  public Verdict request(List<List<Entry>> described, long nowNanos) {
    TokenBucket strictest = null;
    for (Limit limit : limits) {
      if (described.contains(limit.entries())) {
        if (!limit.bucket().consume(nowNanos)) {
          return new Verdict(false, limit.bucket());
        }
        strictest = strictest == null ? limit.bucket() : strictest;
      }
    }
    if (bucket == null || (strictest != null && !settings.alwaysConsumeDefault())) {
      return new Verdict(true, strictest);
    }
    boolean allowed = bucket.consume(nowNanos);
    return new Verdict(allowed, allowed && strictest != null ? strictest : bucket);
  }
}
