package io.inmesh.engine;

import io.inmesh.engine.cluster.ErrorMatcher;
import io.inmesh.engine.cluster.HealthCheckResult;
import io.inmesh.engine.cluster.HealthProbe;
import io.inmesh.engine.cluster.OutlierDetection;
import io.inmesh.engine.cluster.OutlierMonitor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;

/** What the router tells the hosts of a request's attempts, for outlier detection and health. */
final class OutlierReports {
  private static final int LEAST_ERROR = 500;
  private static final int SUCCESS = 200;

  private OutlierReports() {}

  static void responded(
      RouteDecision decision,
      RequestHead head,
      Try attempt,
      int status,
      ResponseHeadView headers,
      long nowNanos) {
    OutlierMonitor monitor = attempt.host.outlierMonitor();
    if (monitor != null) {
      monitor.connected();
      int code = codeOf(decision, head, status, headers);
      monitor.responded(code, nowNanos, draw(decision, attempt));
    }
    attempt.responded = true;
    if (attempt.host.isHealthChecked() && headers.header(HealthProbe.Http.IMMEDIATE_FAIL) != null) {
      decision.cluster().healthChecked(attempt.host, HealthCheckResult.IMMEDIATE_FAIL, nowNanos);
    }
  }

  static void reset(RouteDecision decision, Try attempt, ResetReason reason, long nowNanos) {
    OutlierMonitor monitor = attempt.host.outlierMonitor();
    if (monitor == null || reason == ResetReason.OVERFLOW) {
      return;
    }
    // What broke was there before; with a response its connection has been reported already.
    if (!reason.isConnectFailure() && !attempt.responded) {
      monitor.connected();
    }
    monitor.failed(nowNanos, draw(decision, attempt));
  }

  /**
   * Once an attempt: one that goes on after its time is not reported anew.
   *
   * @param code what the caller is told where time runs out
   */
  static void timedOut(RouteDecision decision, Try attempt, int code, long nowNanos) {
    OutlierMonitor monitor = attempt.host.outlierMonitor();
    if (monitor == null || attempt.timeoutReported) {
      return;
    }
    attempt.timeoutReported = true;
    // Where no connection comes to be, the connect timeout speaks first.
    if (!attempt.responded) {
      monitor.connected();
    }
    monitor.timedOut(code, nowNanos, draw(decision, attempt));
  }

  private static int codeOf(
      RouteDecision decision, RequestHead head, int status, ResponseHeadView headers) {
    if (Grpc.isGrpc(head)) {
      String grpcStatus = headers.header("grpc-status");
      return grpcStatus == null ? status : Grpc.httpOfStatus(grpcStatus);
    }
    OutlierDetection detection = decision.cluster().cluster().outlierDetection();
    ErrorMatcher matcher = detection == null ? null : detection.errorMatcher();
    if (matcher == null) {
      return status;
    }
    ResponseHeadView withStatus =
        name -> name.equals(":status") ? Integer.toString(status) : headers.header(name);
    return matcher.matches(withStatus) ? Math.max(status, LEAST_ERROR) : SUCCESS;
  }

  private static long draw(RouteDecision decision, Try attempt) {
    return Draws.outlier(decision.random(), attempt.number);
  }
}
