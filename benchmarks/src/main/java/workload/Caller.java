package workload;

import java.io.IOException;

/** One blocking GET; safe for concurrent use. */
interface Caller {
  /** The status; the body was read whole. */
  int get() throws IOException, InterruptedException;
}
