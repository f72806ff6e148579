package io.inmesh.engine.cluster;

import io.inmesh.engine.net.Mix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Ejects the hosts of one cluster that fail, and lets them return. Everything happens under the
 * lock of its cluster, which it tells when the health of a host changes.
 */
final class OutlierDetector {
  private static final int ENFORCEMENT = 1;
  private static final int JITTER = 2;
  private static final int FIRST_OF_SWEEP = 16;

  private final OutlierDetection config;
  private final Object lock;
  private final Runnable healthChanged;
  private List<OutlierMonitor> monitors = List.of();
  private int ejected;
  private long sweptNanos;

  OutlierDetector(OutlierDetection config, Object lock, Runnable healthChanged, long nowNanos) {
    this.config = config;
    this.lock = lock;
    this.healthChanged = healthChanged;
    sweptNanos = nowNanos;
  }

  OutlierMonitor monitor(Host host) {
    return new OutlierMonitor(this, config, host);
  }

  /** The hosts are these from now on. Under the lock. */
  void hosts(Collection<Host> hosts) {
    List<OutlierMonitor> next = new ArrayList<>(hosts.size());
    ejected = 0;
    for (Host host : hosts) {
      OutlierMonitor monitor = host.outlierMonitor();
      if (monitor != null) {
        next.add(monitor);
        ejected += host.isEjected() ? 1 : 0;
      }
    }
    monitors = next;
  }

  /** So many failures in a row. */
  void onConsecutive(OutlierMonitor monitor, OutlierFinding finding, long nowNanos, long random) {
    synchronized (lock) {
      if (!monitors.contains(monitor) || monitor.host().isEjected()) {
        return;
      }
      boolean changed = eject(monitor, finding, nowNanos, Mix.draw(random, finding.ordinal()));
      // A bout of failures counts once, whether or not it ejects.
      monitor.forget(finding);
      if (changed) {
        healthChanged.run();
      }
    }
  }

  /** Time passes. Under the lock. */
  void tick(long nowNanos, long random) {
    if (nowNanos - sweptNanos < config.interval().toNanos()) {
      return;
    }
    sweptNanos = nowNanos;
    boolean changed = false;
    for (OutlierMonitor monitor : monitors) {
      changed |= unejectIfDue(monitor, nowNanos);
      monitor.external.endInterval();
      monitor.localOrigin.endInterval();
    }
    changed |=
        compare(
            monitor -> monitor.external,
            OutlierFinding.SUCCESS_RATE,
            OutlierFinding.FAILURE_PERCENTAGE,
            nowNanos,
            Mix.draw(random, 0));
    changed |=
        compare(
            monitor -> monitor.localOrigin,
            OutlierFinding.SUCCESS_RATE_LOCAL_ORIGIN,
            OutlierFinding.FAILURE_PERCENTAGE_LOCAL_ORIGIN,
            nowNanos,
            Mix.draw(random, 1));
    for (OutlierMonitor monitor : monitors) {
      OutlierMonitor.Ejection ejection = monitor.ejection;
      if (!monitor.host().isEjected()
          && ejection.returned
          && nowNanos - ejection.returnedNanos >= config.interval().toNanos()
          && ejection.multiplier > 0) {
        ejection.multiplier--;
      }
    }
    if (changed) {
      healthChanged.run();
    }
  }

  /** Lets a host return before its time. Under the lock; the caller sees to the rest. */
  void uneject(OutlierMonitor monitor, long nowNanos) {
    if (!monitor.host().isEjected()) {
      return;
    }
    ejected--;
    monitor.host().setEjected(false);
    monitor.forgetConsecutive();
    monitor.ejection.returned = true;
    monitor.ejection.returnedNanos = nowNanos;
  }

  private boolean unejectIfDue(OutlierMonitor monitor, long nowNanos) {
    OutlierMonitor.Ejection ejection = monitor.ejection;
    if (!monitor.host().isEjected()
        || ejectionNanos(ejection) + ejection.jitterNanos > nowNanos - ejection.sinceNanos) {
      return false;
    }
    uneject(monitor, nowNanos);
    return true;
  }

  private long ejectionNanos(OutlierMonitor.Ejection ejection) {
    return Math.min(
        config.baseEjectionTime().toNanos() * ejection.multiplier,
        config.maxEjectionTime().toNanos());
  }

  // Compares the hosts with one another by what they did in the interval that is over.
  private boolean compare(
      Function<OutlierMonitor, OutcomeCount> counts,
      OutlierFinding byRate,
      OutlierFinding byPercentage,
      long nowNanos,
      long random) {
    OutlierDetection.SuccessRate rate = config.successRate();
    OutlierDetection.FailurePercentage percentage = config.failurePercentage();
    if (monitors.size() < rate.minimumHosts() && monitors.size() < percentage.minimumHosts()) {
      return false;
    }
    List<OutlierMonitor> rated = new ArrayList<>();
    List<OutlierMonitor> counted = new ArrayList<>();
    double sum = 0;
    for (OutlierMonitor monitor : monitors) {
      OutcomeCount count = counts.apply(monitor);
      if (monitor.host().isEjected() || count.volume() == 0) {
        continue;
      }
      if (count.volume() >= rate.requestVolume()) {
        rated.add(monitor);
        sum += count.successRate();
      }
      if (count.volume() >= percentage.requestVolume()) {
        counted.add(monitor);
      }
    }
    boolean changed = false;
    int draw = FIRST_OF_SWEEP;
    if (!rated.isEmpty() && rated.size() >= rate.minimumHosts()) {
      double threshold = threshold(rated, counts, sum / rated.size());
      for (OutlierMonitor monitor : rated) {
        if (counts.apply(monitor).successRate() < threshold) {
          changed |= eject(monitor, byRate, nowNanos, Mix.draw(random, draw++));
        }
      }
    }
    if (!counted.isEmpty() && counted.size() >= percentage.minimumHosts()) {
      for (OutlierMonitor monitor : counted) {
        if (100.0 - counts.apply(monitor).successRate() >= percentage.threshold()) {
          changed |= eject(monitor, byPercentage, nowNanos, Mix.draw(random, draw++));
        }
      }
    }
    return changed;
  }

  private double threshold(
      List<OutlierMonitor> rated, Function<OutlierMonitor, OutcomeCount> counts, double mean) {
    double squares = 0;
    for (OutlierMonitor monitor : rated) {
      double distance = counts.apply(monitor).successRate() - mean;
      squares += distance * distance;
    }
    double deviation = Math.sqrt(squares / rated.size());
    return mean - config.successRate().stdevFactor() / 1000.0 * deviation;
  }

  // Counted on the thread that ticks alone; the others read.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private boolean eject(
      OutlierMonitor monitor, OutlierFinding finding, long nowNanos, long random) {
    if (monitor.host().isEjected() || !mayEject() || !enforced(finding, random)) {
      return false;
    }
    ejected++;
    monitor.host().setEjected(true);
    OutlierMonitor.Ejection ejection = monitor.ejection;
    ejection.count++;
    ejection.sinceNanos = nowNanos;
    long jitterMillis = config.maxEjectionTimeJitter().toMillis();
    ejection.jitterNanos =
        TimeUnit.MILLISECONDS.toNanos(
            Long.remainderUnsigned(Mix.draw(random, JITTER), jitterMillis + 1));
    long base = config.baseEjectionTime().toNanos();
    if (ejection.multiplier * base < config.maxEjectionTime().toNanos() + base) {
      ejection.multiplier++;
    }
    return true;
  }

  private boolean mayEject() {
    double percent = 100.0 * (ejected + 1) / monitors.size();
    return percent <= config.maxEjectionPercent() || (config.alwaysEjectOneHost() && ejected == 0);
  }

  private boolean enforced(OutlierFinding finding, long random) {
    long draw = Long.remainderUnsigned(Mix.draw(random, ENFORCEMENT), 100);
    return draw < finding.enforcing(config);
  }
}
