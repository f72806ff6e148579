package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.inmesh.engine.cluster.CircuitBreakers.RetryBudget;
import io.inmesh.engine.cluster.CircuitBreakers.Thresholds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceManagerTest {
  private static final long NONE = 4_294_967_295L;
  private static final int HOSTS = 3;

  private static ResourceManager http2(long requests, long retries, @Nullable RetryBudget budget) {
    return new ResourceManager(new Thresholds(1, 1, requests, retries, budget), false);
  }

  private static int admitted(ResourceManager resources, int hosts, int wanted) {
    int admitted = 0;
    for (int i = 0; i < wanted; i++) {
      admitted += resources.tryRequest(hosts) ? 1 : 0;
    }
    return admitted;
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "7, 7", "2147483646, 50", "2147483647, 50", "4294967295, 50"})
  void requestsAreAdmittedUpToTheLimit(long limit, int expected) {
    assertThat(admitted(http2(limit, 3, null), HOSTS, 50)).isEqualTo(expected);
  }

  @Test
  void whatIsReleasedCanBeHadAgain() {
    ResourceManager resources = http2(1, 3, null);
    for (int i = 0; i < 3; i++) {
      assertThat(resources.tryRequest(HOSTS)).isTrue();
      assertThat(resources.tryRequest(HOSTS)).isFalse();
      resources.releaseRequest();
    }
    assertThat(resources.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    // connections, pending, hosts, admitted
    "1, 1, 1, 2",
    "1, 1, 3, 4",
    "5, 1, 3, 6",
    "5, 0, 1, 5",
    "2147483647, 1, 1, 50",
    "1, 2147483647, 1, 50",
    "4294967295, 4294967295, 1, 50",
    "20, 20, 1, 30",
  })
  void http1RequestsNeedAConnectionOrAPlaceInTheQueue(
      long connections, long pending, int hosts, int expected) {
    Thresholds thresholds =
        new Thresholds(connections, pending, expected == 30 ? 30 : NONE, 3, null);
    assertThat(admitted(new ResourceManager(thresholds, true), hosts, 50)).isEqualTo(expected);
    assertThat(admitted(new ResourceManager(thresholds, false), hosts, 20))
        .as("streams of one connection")
        .isEqualTo(20);
  }

  @Test
  void retriesAreAdmittedUpToTheLimit() {
    ResourceManager resources = http2(NONE, 2, null);
    assertThat(resources.tryRetry()).isTrue();
    assertThat(resources.tryRetry()).isTrue();
    assertThat(resources.tryRetry()).isFalse();
    resources.releaseRetry();
    assertThat(resources.tryRetry()).isTrue();
    assertThat(resources.retries()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    // percent, least, requests, retries
    "20, 3, 0, 3",
    "20, 3, 10, 3",
    "20, 3, 20, 4",
    "20, 0, 24, 4",
    "20, 0, 25, 5",
    "100, 0, 10, 10",
    "0, 0, 50, 0",
    "50, 1, 3, 1",
  })
  void aBudgetAllowsAShareOfTheRequests(double percent, long least, int requests, int expected) {
    ResourceManager resources = http2(NONE, 1, new RetryBudget(percent, least));
    admitted(resources, HOSTS, requests);
    int retries = 0;
    for (int i = 0; i < 50; i++) {
      retries += resources.tryRetry() ? 1 : 0;
    }
    assertThat(retries).isEqualTo(expected);
  }

  @Test
  void aLimitThatIsNoneCountsNothing() {
    ResourceManager resources = http2(NONE, 3, null);
    admitted(resources, HOSTS, 5);
    assertThat(resources.requests()).isZero();
    resources.releaseRequest();
    assertThat(resources.requests()).isZero();
  }

  @Tag("threads")
  @Test
  void limitsHoldAmongThreads() throws Exception {
    ResourceManager resources = http2(3, 3, null);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> most = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        most.add(
            threads.submit(
                () -> {
                  int max = 0;
                  for (int i = 0; i < 50_000; i++) {
                    if (resources.tryRequest(HOSTS)) {
                      max = Math.max(max, resources.requests());
                      resources.releaseRequest();
                    }
                  }
                  return max;
                }));
      }
      for (Future<Integer> max : most) {
        assertThat(max.get()).isBetween(0, 3);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(resources.requests()).isZero();
  }

  @Test
  void admissionAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ResourceManager resources = http2(10, 10, new RetryBudget(20, 3));
    long self = Thread.currentThread().getId();
    admitAndRelease(resources, 10_000);
    long before = threads.getThreadAllocatedBytes(self);
    admitAndRelease(resources, 100_000);
    // The measurement itself takes a few hundred bytes.
    assertThat(threads.getThreadAllocatedBytes(self) - before).isLessThan(10_000);
  }

  private static void admitAndRelease(ResourceManager resources, int times) {
    for (int i = 0; i < times; i++) {
      if (resources.tryRequest(HOSTS)) {
        resources.releaseRequest();
      }
      if (resources.tryRetry()) {
        resources.releaseRetry();
      }
    }
  }

  @Test
  void whatEnvoyRejectsIsRejected() {
    assertThatThrownBy(() -> new RetryBudget(101, 3))
        .hasMessageContaining("budget_percent: value must be inside range [0, 100]");
    assertThatThrownBy(() -> new Thresholds(-1, 1, 1, 1, null)).hasMessageContaining("negative");
  }
}
