package io.inmesh.engine.route;

import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatch;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code RetryPolicy}.
 *
 * @param numRetries retries beyond the first try; Envoy's default is 1
 * @param perTryTimeout 0 is none
 * @param perTryIdleTimeout 0 is none
 * @param previousHosts whether a retry avoids hosts that were tried
 * @param omitCanaryHosts whether a retry avoids hosts whose metadata says {@code canary: true}
 * @param omittedHosts a retry avoids hosts whose metadata holds all of one of these
 * @param previousPriorities update frequency of {@code previous_priorities}, 0 where not used
 * @param hostSelectionAttempts how often a rejected pick is repeated, default 1
 */
public record RetryPolicy(
    Set<RetryOn> retryOn,
    int numRetries,
    Duration perTryTimeout,
    Duration perTryIdleTimeout,
    Set<Integer> retriableStatusCodes,
    List<HeaderMatcher> retriableHeaders,
    List<HeaderMatcher> retriableRequestHeaders,
    BackOff backOff,
    @Nullable RateLimitedBackOff rateLimitedBackOff,
    boolean previousHosts,
    boolean omitCanaryHosts,
    List<MetadataMatch> omittedHosts,
    int previousPriorities,
    int hostSelectionAttempts) {

  private static final MetadataMatch CANARY = MetadataMatch.of(Map.of("canary", true));

  /** Intervals below 1 ms count as 1 ms; defaults 25 ms and ten times the base. */
  public record BackOff(Duration base, Duration max) {
    /** 25 ms, 250 ms. */
    public static final BackOff DEFAULT =
        new BackOff(Duration.ofMillis(25), Duration.ofMillis(250));

    public BackOff {
      base = atLeastOneMilli(base);
      max = atLeastOneMilli(max);
      if (max.compareTo(base) < 0) {
        throw new IllegalArgumentException(
            "retry_policy.max_interval must greater than or equal to the base_interval");
      }
    }

    /** With Envoy's default maximum. */
    public static BackOff ofBase(Duration base) {
      return new BackOff(base, atLeastOneMilli(base).multipliedBy(10));
    }

    private static Duration atLeastOneMilli(Duration d) {
      return d.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : d;
    }
  }

  /** Back-off that a response header dictates. */
  public record RateLimitedBackOff(List<ResetHeader> resetHeaders, Duration maxInterval) {
    public RateLimitedBackOff {
      resetHeaders = List.copyOf(resetHeaders);
    }
  }

  /** A header that holds seconds to wait or a UNIX time stamp. */
  public record ResetHeader(String name, boolean unixTimestamp) {}

  public RetryPolicy {
    // An EnumSet, because each response asks it six times.
    retryOn = retryOn.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(retryOn));
    retriableStatusCodes = Set.copyOf(retriableStatusCodes);
    retriableHeaders = List.copyOf(retriableHeaders);
    retriableRequestHeaders = List.copyOf(retriableRequestHeaders);
    omittedHosts = List.copyOf(omittedHosts);
    if (numRetries < 0 || hostSelectionAttempts < 0) {
      throw new IllegalArgumentException("RetryPolicy: negative number of attempts");
    }
  }

  /**
   * Whether a retry avoids a host for its metadata.
   *
   * @param lbMetadata that of load balancing
   */
  public boolean omits(Map<String, Object> lbMetadata) {
    if (omitCanaryHosts && CANARY.matches(lbMetadata, false)) {
      return true;
    }
    for (MetadataMatch omitted : omittedHosts) {
      if (omitted.matches(lbMetadata, true)) {
        return true;
      }
    }
    return false;
  }

  /** A builder with Envoy's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the parts of a policy; not thread-safe. */
  public static final class Builder {
    private Set<RetryOn> retryOn = Set.of();
    private int numRetries = 1;
    private Duration perTryTimeout = Duration.ZERO;
    private Duration perTryIdleTimeout = Duration.ZERO;
    private Set<Integer> retriableStatusCodes = Set.of();
    private List<HeaderMatcher> retriableHeaders = List.of();
    private List<HeaderMatcher> retriableRequestHeaders = List.of();
    private BackOff backOff = BackOff.DEFAULT;
    private @Nullable RateLimitedBackOff rateLimitedBackOff;
    private boolean previousHosts;
    private boolean omitCanaryHosts;
    private List<MetadataMatch> omittedHosts = List.of();
    private int previousPriorities;
    private int hostSelectionAttempts = 1;

    private Builder() {}

    /** The comma-separated tokens. */
    public Builder retryOn(String tokens) {
      retryOn = RetryOn.parse(tokens);
      return this;
    }

    public Builder numRetries(int value) {
      numRetries = value;
      return this;
    }

    public Builder perTryTimeout(Duration value) {
      perTryTimeout = value;
      return this;
    }

    public Builder perTryIdleTimeout(Duration value) {
      perTryIdleTimeout = value;
      return this;
    }

    public Builder retriableStatusCodes(Set<Integer> value) {
      retriableStatusCodes = value;
      return this;
    }

    public Builder retriableHeaders(List<HeaderMatcher> value) {
      retriableHeaders = value;
      return this;
    }

    public Builder retriableRequestHeaders(List<HeaderMatcher> value) {
      retriableRequestHeaders = value;
      return this;
    }

    public Builder backOff(BackOff value) {
      backOff = value;
      return this;
    }

    public Builder rateLimitedBackOff(@Nullable RateLimitedBackOff value) {
      rateLimitedBackOff = value;
      return this;
    }

    public Builder omitCanaryHosts(boolean value) {
      omitCanaryHosts = value;
      return this;
    }

    public Builder omittedHosts(List<MetadataMatch> value) {
      omittedHosts = value;
      return this;
    }

    public Builder previousHosts(boolean value) {
      previousHosts = value;
      return this;
    }

    public Builder previousPriorities(int updateFrequency) {
      previousPriorities = updateFrequency;
      return this;
    }

    public Builder hostSelectionAttempts(int value) {
      hostSelectionAttempts = value;
      return this;
    }

    public RetryPolicy build() {
      return new RetryPolicy(
          retryOn,
          numRetries,
          perTryTimeout,
          perTryIdleTimeout,
          retriableStatusCodes,
          retriableHeaders,
          retriableRequestHeaders,
          backOff,
          rateLimitedBackOff,
          previousHosts,
          omitCanaryHosts,
          omittedHosts,
          previousPriorities,
          hostSelectionAttempts);
    }
  }
}
