package io.inmesh.engine;

import io.inmesh.engine.net.Mix;

/** Which of a request's random numbers serves what; each is drawn independently. */
final class Draws {
  private static final int FAULT_DELAY = 100;
  private static final int FAULT_ABORT = 101;
  private static final int REQUEST_ID_HIGH = 102;
  private static final int REQUEST_ID_LOW = 103;
  private static final int CORS = 104;
  private static final int RATE_LIMIT_ENABLED = 105;
  private static final int RATE_LIMIT_ENFORCED = 106;
  private static final int DROP_OVERLOAD = 107;
  private static final int FIRST_MIRROR = 500;
  private static final int FIRST_PICK = 1_000;
  private static final int FIRST_BACK_OFF = 2_000;
  private static final int FIRST_OUTLIER = 3_000;

  private Draws() {}

  static long faultDelay(long random) {
    return Mix.draw(random, FAULT_DELAY);
  }

  static long faultAbort(long random) {
    return Mix.draw(random, FAULT_ABORT);
  }

  static long requestIdHigh(long random) {
    return Mix.draw(random, REQUEST_ID_HIGH);
  }

  static long requestIdLow(long random) {
    return Mix.draw(random, REQUEST_ID_LOW);
  }

  static long cors(long random) {
    return Mix.draw(random, CORS);
  }

  static long rateLimitEnabled(long random) {
    return Mix.draw(random, RATE_LIMIT_ENABLED);
  }

  static long rateLimitEnforced(long random) {
    return Mix.draw(random, RATE_LIMIT_ENFORCED);
  }

  static long dropOverload(long random) {
    return Mix.draw(random, DROP_OVERLOAD);
  }

  static long mirror(long random, int policy) {
    return Mix.draw(random, FIRST_MIRROR + policy);
  }

  static long pick(long random, int attempt) {
    return Mix.draw(random, FIRST_PICK + attempt);
  }

  static long outlier(long random, int attempt) {
    return Mix.draw(random, FIRST_OUTLIER + attempt);
  }

  static long backOff(long random, int retry) {
    return Mix.draw(random, FIRST_BACK_OFF + retry);
  }
}
