package workload;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A client under load, told by lines on standard input: {@code run THREADS MILLIS} keeps so many
 * threads calling for so long, then prints {@code result requests= failed= nanos= cpu= p50= p99=
 * jit=}, times in nanoseconds, CPU of the whole process; jit is what the compilers took of it.
 */
public final class LoadClient {
  private final Caller caller;

  private LoadClient(Caller caller) {
    this.caller = caller;
  }

  /** Arguments: jdk or okhttp, URL, names and values of headers to send. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> headers = new ArrayList<>(List.of("accept", "application/json"));
    headers.addAll(List.of(args).subList(2, args.length));
    LoadClient load =
        new LoadClient(
            args[0].equals("jdk")
                ? new JdkCaller(args[1], headers)
                : new OkCaller(args[1], headers));
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(load.run(Integer.parseInt(words[1]), Long.parseLong(words[2])));
    }
    System.exit(0);
  }

  private String run(int threads, long millis) throws InterruptedException {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    List<Latencies> all = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    long cpu = process.getProcessCpuTime();
    long jit = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    long start = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Latencies own = new Latencies();
      all.add(own);
      Thread thread = new Thread(() -> own.record(caller, start + millis * 1_000_000));
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join();
    }
    long nanos = System.nanoTime() - start;
    cpu = process.getProcessCpuTime() - cpu;
    jit = ManagementFactory.getCompilationMXBean().getTotalCompilationTime() - jit;
    long[] sorted = all.stream().flatMapToLong(Latencies::values).sorted().toArray();
    long failed = all.stream().mapToLong(l -> l.failed).sum();
    return String.format(
        "result requests=%d failed=%d nanos=%d cpu=%d p50=%d p99=%d jit=%d",
        sorted.length, failed, nanos, cpu, at(sorted, 0.5), at(sorted, 0.99), jit * 1_000_000);
  }

  private static long at(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))];
  }

  /** What one thread saw. */
  private static final class Latencies {
    private long[] nanos = new long[4096];
    private int count;
    private long failed;

    void record(Caller caller, long deadline) {
      for (long start = System.nanoTime(); start - deadline < 0; ) {
        try {
          if (caller.get() != 200) {
            failed++;
          }
        } catch (IOException | InterruptedException e) {
          failed++;
        }
        long end = System.nanoTime();
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = end - start;
        start = end;
      }
    }

    LongStream values() {
      return Arrays.stream(nanos, 0, count);
    }
  }
}
