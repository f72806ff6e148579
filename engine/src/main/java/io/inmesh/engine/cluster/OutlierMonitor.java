package io.inmesh.engine.cluster;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * What outlier detection knows of one host. The router reports the outcome of each attempt, with
 * the time and a random number that decides what chance decides. Thread-safe; reports allocate
 * nothing and meet no lock unless they eject.
 */
public final class OutlierMonitor {
  private static final AtomicIntegerFieldUpdater<OutlierMonitor> ERRORS =
      AtomicIntegerFieldUpdater.newUpdater(OutlierMonitor.class, "errors");
  private static final AtomicIntegerFieldUpdater<OutlierMonitor> GATEWAY_ERRORS =
      AtomicIntegerFieldUpdater.newUpdater(OutlierMonitor.class, "gatewayErrors");
  private static final AtomicIntegerFieldUpdater<OutlierMonitor> LOCAL_FAILURES =
      AtomicIntegerFieldUpdater.newUpdater(OutlierMonitor.class, "localFailures");
  private static final int CONNECT_FAILED = 503;

  private final OutlierDetector detector;
  private final OutlierDetection config;
  private final Host host;
  final OutcomeCount external;
  final OutcomeCount localOrigin;
  private volatile int errors;
  private volatile int gatewayErrors;
  private volatile int localFailures;

  /** Guarded by the detector, which alone ejects. */
  final Ejection ejection = new Ejection();

  OutlierMonitor(OutlierDetector detector, OutlierDetection config, Host host) {
    this.detector = detector;
    this.config = config;
    this.host = host;
    boolean counts =
        config.successRate().enforcing() > 0 || config.failurePercentage().enforcing() > 0;
    boolean countsLocal =
        config.successRate().enforcingLocalOrigin() > 0
            || config.failurePercentage().enforcingLocalOrigin() > 0;
    external = new OutcomeCount(counts);
    localOrigin = new OutcomeCount(config.splitExternalLocalOriginErrors() && countsLocal);
  }

  /** Its host. */
  public Host host() {
    return host;
  }

  /** A response came; {@code code} is its HTTP status, or what its gRPC status stands for. */
  public void responded(int code, long nowNanos, long random) {
    boolean failed = code >= 500 && code < 600;
    external.add(!failed);
    if (!failed) {
      // Most answers find nothing to forget, and then write nothing.
      if (errors != 0) {
        errors = 0;
      }
      if (gatewayErrors != 0) {
        gatewayErrors = 0;
      }
      return;
    }
    if (code >= 502 && code <= 504) {
      if (GATEWAY_ERRORS.incrementAndGet(this) == config.consecutiveGatewayFailure().failures()) {
        detector.onConsecutive(this, OutlierFinding.CONSECUTIVE_GATEWAY_FAILURE, nowNanos, random);
      }
    } else {
      gatewayErrors = 0;
    }
    if (ERRORS.incrementAndGet(this) == config.consecutive5xx().failures()) {
      detector.onConsecutive(this, OutlierFinding.CONSECUTIVE_5XX, nowNanos, random);
    }
  }

  /** An attempt has a connection. */
  public void connected() {
    if (config.splitExternalLocalOriginErrors()) {
      localOrigin.add(true);
      if (localFailures != 0) {
        localFailures = 0;
      }
    }
  }

  /** No connection came to be, or it broke before the response was complete. */
  public void failed(long nowNanos, long random) {
    if (config.splitExternalLocalOriginErrors()) {
      localFailure(nowNanos, random);
    } else {
      responded(CONNECT_FAILED, nowNanos, random);
    }
  }

  /** A response did not come in time; {@code code} is what the caller is told. */
  public void timedOut(int code, long nowNanos, long random) {
    if (config.splitExternalLocalOriginErrors()) {
      localFailure(nowNanos, random);
    } else {
      responded(code, nowNanos, random);
    }
  }

  private void localFailure(long nowNanos, long random) {
    localOrigin.add(false);
    if (LOCAL_FAILURES.incrementAndGet(this) == config.consecutiveLocalOriginFailure().failures()) {
      detector.onConsecutive(
          this, OutlierFinding.CONSECUTIVE_LOCAL_ORIGIN_FAILURE, nowNanos, random);
    }
  }

  int ejections() {
    return ejection.count;
  }

  void forget(OutlierFinding finding) {
    switch (finding) {
      case CONSECUTIVE_5XX -> errors = 0;
      case CONSECUTIVE_GATEWAY_FAILURE -> gatewayErrors = 0;
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> localFailures = 0;
      default -> {
        // The others count by interval.
      }
    }
  }

  void forgetConsecutive() {
    errors = 0;
    gatewayErrors = 0;
    localFailures = 0;
  }

  /** When and how often a host was ejected. */
  static final class Ejection {
    int multiplier;
    long sinceNanos;
    long jitterNanos;
    long returnedNanos;
    boolean returned;
    volatile int count;
  }
}
