package workload;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used so far, in nanoseconds.
 *
 * @param cpu of all its threads
 * @param jit what the compilers took of it
 */
record Usage(long cpu, long jit) {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  static Usage now() {
    return new Usage(
        PROCESS.getProcessCpuTime(),
        ManagementFactory.getCompilationMXBean().getTotalCompilationTime() * 1_000_000);
  }

  Usage since(Usage before) {
    return new Usage(cpu - before.cpu, jit - before.jit);
  }

  @Override
  public String toString() {
    return "cpu=" + cpu + " jit=" + jit;
  }
}
