package io.inmesh.engine.authz;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often rules allowed and denied, since they came. Any number of threads count at once. */
public final class RbacCounts {
  private final LongAdder allowed = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final Map<String, LongAdder> byPolicy = new ConcurrentHashMap<>();

  void add(RbacResult result) {
    (result.allowed() ? allowed : denied).increment();
    String policy = result.policy();
    if (policy != null) {
      LongAdder known = byPolicy.get(policy);
      (known != null ? known : byPolicy.computeIfAbsent(policy, unused -> new LongAdder()))
          .increment();
    }
  }

  public long allowed() {
    return allowed.sum();
  }

  public long denied() {
    return denied.sum();
  }

  /** How often each policy matched, by its name. */
  public Map<String, Long> byPolicy() {
    Map<String, Long> all = new TreeMap<>();
    byPolicy.forEach((policy, count) -> all.put(policy, count.sum()));
    return all;
  }
}
