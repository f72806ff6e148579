package io.inmesh.engine.cluster;

import io.inmesh.engine.match.Ascii;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Addresses by name, as a resolver has said lately. For half a minute they are fresh; for as long
 * again they serve attempts that are under way. Thread-safe.
 */
final class ResolvedNames {
  /** As long as a JVM keeps what it has resolved. */
  private static final long FRESH_NANOS = 30_000_000_000L;

  private volatile Map<String, List<String>> fresh = new ConcurrentHashMap<>();
  private volatile Map<String, List<String>> stale = Map.of();
  private long turnedNanos;

  ResolvedNames(long nowNanos) {
    turnedNanos = nowNanos;
  }

  boolean isFresh(String name) {
    return fresh.containsKey(Ascii.lower(name));
  }

  /**
   * @param ips literals; none where the name has none
   */
  void put(String name, List<String> ips) {
    fresh.put(Ascii.lower(name), List.copyOf(ips));
  }

  /** None where the name has none, or is not known. */
  List<String> addresses(String name) {
    String key = Ascii.lower(name);
    List<String> ips = fresh.get(key);
    return ips != null ? ips : stale.getOrDefault(key, List.of());
  }

  /** Time passes. Called by one thread at a time. */
  void tick(long nowNanos) {
    if (nowNanos - turnedNanos >= FRESH_NANOS) {
      turnedNanos = nowNanos;
      stale = fresh;
      fresh = new ConcurrentHashMap<>();
    }
  }
}
