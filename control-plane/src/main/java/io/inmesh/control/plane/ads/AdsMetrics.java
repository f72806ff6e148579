package io.inmesh.control.plane.ads;

import io.inmesh.control.plane.generate.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the discovery service. Thread-safe. */
public final class AdsMetrics {
  private final Map<ResourceType, LongAdder> pushes = adders();
  private final Map<ResourceType, LongAdder> rejects = adders();
  private final LongAdder generations = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  private static Map<ResourceType, LongAdder> adders() {
    Map<ResourceType, LongAdder> out = new EnumMap<>(ResourceType.class);
    for (ResourceType type : ResourceType.values()) {
      out.put(type, new LongAdder());
    }
    return out;
  }

  private static LongAdder of(Map<ResourceType, LongAdder> adders, ResourceType type) {
    return java.util.Objects.requireNonNull(adders.get(type));
  }

  void pushed(ResourceType type) {
    of(pushes, type).increment();
  }

  void rejected(ResourceType type) {
    of(rejects, type).increment();
  }

  void took(long elapsedNanos) {
    generations.increment();
    nanos.add(elapsedNanos);
  }

  /** Responses sent. */
  public long pushes(ResourceType type) {
    return of(pushes, type).sum();
  }

  /** Responses that clients refused. */
  public long rejects(ResourceType type) {
    return of(rejects, type).sum();
  }

  /** How often a client was brought up to date after a change. */
  public long pushCount() {
    return generations.sum();
  }

  /** The time that took in all, in seconds. */
  public double pushSeconds() {
    return nanos.sum() / 1e9;
  }
}
