package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.Jdks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What is alive in the heap of another JVM. */
final class LiveHeap {
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  private LiveHeap() {}

  /** Collects garbage and says how many bytes are left. */
  static long of(long pid) throws IOException {
    tell(pid, "GC.run");
    return USED.matcher(tell(pid, "GC.heap_info"))
            .results()
            .mapToLong(generation -> Long.parseLong(generation.group(1)))
            .sum()
        << 10;
  }

  /** Not over JMX: that port would be one of the mesh, too. */
  private static String tell(long pid, String command) throws IOException {
    Process process =
        new ProcessBuilder(
                Jdks.running().resolveSibling("jcmd").toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
