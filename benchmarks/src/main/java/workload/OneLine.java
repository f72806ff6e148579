package workload;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Prints one line and does nothing else; with {@code hold} it stays until its input ends. */
public final class OneLine {
  private OneLine() {}

  /** The line holds the time from the start of the JVM. */
  public static void main(String[] args) throws IOException {
    System.out.println("hello");
    long now = System.currentTimeMillis();
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println("one line ms=" + (now - started));
    while (args.length > 0 && System.in.read() >= 0) {
      // Only the end matters.
    }
  }
}
