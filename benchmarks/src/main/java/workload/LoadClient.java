package workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A client under load, told by lines on standard input: {@code run THREADS MILLIS [BYTES [RATE]]}
 * keeps so many threads calling for so long, with bodies of so many bytes, at so many calls a
 * second together or as fast as they can; then prints {@code result requests= failed= nanos= p50=
 * p99= cpu= jit=}, times in nanoseconds, CPU of the whole process.
 */
public final class LoadClient {
  private final Caller caller;

  private LoadClient(Caller caller) {
    this.caller = caller;
  }

  /** Arguments: jdk, okhttp or socket, URL, names and values of headers to send. */
  public static void main(String[] args) throws IOException, InterruptedException {
    LoadClient load = new LoadClient(caller(args));
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(
          load.run(
              Integer.parseInt(words[1]),
              Long.parseLong(words[2]) * 1_000_000,
              new byte[words.length > 3 ? Integer.parseInt(words[3]) : 0],
              words.length > 4 ? Long.parseLong(words[4]) : 0));
    }
    System.exit(0);
  }

  private static Caller caller(String[] args) {
    List<String> headers = new ArrayList<>(List.of("accept", "application/json"));
    headers.addAll(List.of(args).subList(2, args.length));
    return switch (args[0]) {
      case "jdk" -> new JdkCaller(args[1], headers);
      case "okhttp" -> new OkCaller(args[1], headers);
      case "socket" -> new SocketCaller(URI.create(args[1]));
      default -> throw new IllegalArgumentException("no library " + args[0]);
    };
  }

  private String run(int threads, long duration, byte[] body, long rate)
      throws InterruptedException {
    List<Latencies> all = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    Usage before = Usage.now();
    long start = System.nanoTime();
    // The threads take turns, each at its share of the rate.
    long turn = rate == 0 ? 0 : 1_000_000_000 / rate;
    for (int i = 0; i < threads; i++) {
      Latencies own = new Latencies();
      all.add(own);
      Pace pace = new Pace(start + i * turn, start + duration, threads * turn);
      Thread thread = new Thread(() -> own.record(caller, body, pace));
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join();
    }
    long nanos = System.nanoTime() - start;
    Usage used = Usage.now().since(before);
    long[] sorted = all.stream().flatMapToLong(Latencies::values).sorted().toArray();
    long failed = all.stream().mapToLong(l -> l.failed).sum();
    return String.format(
        "result requests=%d failed=%d nanos=%d p50=%d p99=%d %s",
        sorted.length, failed, nanos, at(sorted, 0.5), at(sorted, 0.99), used);
  }

  private static long at(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))];
  }

  /** What one thread saw. */
  private static final class Latencies {
    private long[] nanos = new long[4096];
    private int count;
    private long failed;

    void record(Caller caller, byte[] body, Pace pace) {
      while (pace.next()) {
        try {
          if (caller.call(body) != 200) {
            failed++;
          }
        } catch (IOException | InterruptedException e) {
          failed++;
        }
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = System.nanoTime() - pace.due();
      }
    }

    LongStream values() {
      return Arrays.stream(nanos, 0, count);
    }
  }
}
