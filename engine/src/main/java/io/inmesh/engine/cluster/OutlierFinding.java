package io.inmesh.engine.cluster;

/** Why a host is held to be an outlier. */
enum OutlierFinding {
  CONSECUTIVE_5XX,
  CONSECUTIVE_GATEWAY_FAILURE,
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
  SUCCESS_RATE,
  SUCCESS_RATE_LOCAL_ORIGIN,
  FAILURE_PERCENTAGE,
  FAILURE_PERCENTAGE_LOCAL_ORIGIN;

  /** The percentage of such findings that eject. */
  int enforcing(OutlierDetection config) {
    return switch (this) {
      case CONSECUTIVE_5XX -> config.consecutive5xx().enforcing();
      case CONSECUTIVE_GATEWAY_FAILURE -> config.consecutiveGatewayFailure().enforcing();
      case CONSECUTIVE_LOCAL_ORIGIN_FAILURE -> config.consecutiveLocalOriginFailure().enforcing();
      case SUCCESS_RATE -> config.successRate().enforcing();
      case SUCCESS_RATE_LOCAL_ORIGIN -> config.successRate().enforcingLocalOrigin();
      case FAILURE_PERCENTAGE -> config.failurePercentage().enforcing();
      case FAILURE_PERCENTAGE_LOCAL_ORIGIN -> config.failurePercentage().enforcingLocalOrigin();
    };
  }
}
