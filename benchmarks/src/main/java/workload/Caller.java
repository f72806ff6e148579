package workload;

import java.io.IOException;

/** One blocking call; safe for concurrent use. */
interface Caller {
  /**
   * A POST of the body, a GET where it is empty.
   *
   * @return the status; the answer was read whole
   */
  int call(byte[] body) throws IOException, InterruptedException;
}
