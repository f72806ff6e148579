package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.HostSet.LocalityHosts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a locality by weight: an earliest-deadline-first schedule over effective weights,
 * which shrink where too few hosts of a locality are available. Thread-safe.
 */
final class LocalityWeights {
  private final double[] effective;
  private final HostSource[] sources;
  private final Stripes<Edf> schedules;

  private LocalityWeights(double[] effective, List<HostSource> sources, int stripes) {
    this.effective = effective;
    this.sources = sources.toArray(new HostSource[0]);
    schedules = new Stripes<>(stripes);
  }

  /** Null where no locality has weight and hosts: then weights do not count. */
  static @Nullable LocalityWeights of(
      List<LocalityHosts> localities,
      Host.Health health,
      Cluster cluster,
      int overprovisioning,
      LbClock clock,
      int stripes) {
    double[] effective = new double[localities.size()];
    List<HostSource> sources = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < effective.length; i++) {
      LocalityHosts locality = localities.get(i);
      HostSource source = HostSet.source(locality.hosts(), health, cluster, clock, stripes);
      sources.add(source);
      long counted = locality.hosts().stream().filter(host -> !host.isExcluded()).count();
      if (counted > 0) {
        double available = overprovisioning / 100.0 * source.size() / counted;
        effective[i] = locality.weight() * Math.min(1, available);
      }
      any |= effective[i] > 0;
    }
    return any ? new LocalityWeights(effective, sources, stripes) : null;
  }

  /** The hosts of the locality whose turn it is. */
  HostSource choose(long random) {
    int stripe = schedules.current();
    Edf schedule = schedules.get(stripe);
    if (schedule == null) {
      schedule = schedules.put(stripe, new Edf(effective.length, this::weight, random));
    }
    synchronized (schedule) {
      return sources[schedule.pick()];
    }
  }

  void reset() {
    for (HostSource source : sources) {
      source.reset();
    }
  }

  private double weight(int locality) {
    return effective[locality];
  }
}
