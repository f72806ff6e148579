package io.inmesh.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.inmesh.instrumentation.testing.AppClassPath;
import io.inmesh.instrumentation.testing.ForkedServer;
import io.inmesh.instrumentation.testing.Jdks;
import io.inmesh.instrumentation.testing.LibraryServer;
import io.inmesh.instrumentation.testing.MeshCaller;
import io.inmesh.instrumentation.testing.TestMesh;
import io.inmesh.instrumentation.testing.Wire;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers that greet and then say nothing more take little memory and harm nobody else. {@code
 * -Dsoak} has ten thousand of them at once and a hundred thousand one after the other.
 */
@Tag("matrix")
@Isolated
class HalfOpenIT {
  private static final boolean SOAK = System.getProperty("soak") != null;
  private static final int AT_ONCE = SOAK ? 10_000 : 2_000;
  private static final int IN_SEQUENCE = SOAK ? 100_000 : 500;
  private static final int LIMIT = 1_000;
  private static final int TIMEOUT_SECONDS = SOAK ? 10 : 5;
  private static final int OTHER_FILES = 500;
  private static final long MOST_GROWTH = 64 << 20;
  private static final Duration LONG = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(classes = {JdkServer.class, TomcatServer.class, NettyServer.class})
  void handshakesThatDoNotGoOnHarmNobody(Class<? extends LibraryServer> kind) throws Exception {
    try (TestMesh mesh = TestMesh.secured(TestMesh.repository())) {
      ForkedServer shop =
          mesh.server(
              Jdks.running(),
              AppClassPath.ofTheTests(),
              kind.getName(),
              "shop",
              0,
              "handshake-limit=" + LIMIT,
              "handshake-timeout=" + TIMEOUT_SECONDS + "s");
      mesh.folder().mutualTls("shop", "STRICT");
      MeshCaller caller = MeshCaller.of(mesh.ca(), "web", "shop");
      try (Wire other = caller.connect(shop.port());
          HalfOpen halfOpen = new HalfOpen(shop.port(), caller.hello())) {
        long before = warm(other, halfOpen, shop);
        int lines = shop.log().size();

        int count = openAtOnce(other, halfOpen);
        await("limit")
            .atMost(LONG)
            .untilAsserted(() -> assertThat(halfOpen.open()).isLessThanOrEqualTo(LIMIT));
        long during = LiveHeap.of(shop.pid());
        assertServed(other);
        await("timeout").atMost(LONG).until(() -> halfOpen.open() == 0);
        assertServed(caller, shop);

        breakOffInSequence(other, halfOpen);
        assertServed(caller, shop);
        long after = LiveHeap.of(shop.pid());

        System.out.printf(
            "%s: heap %+d KB with %d half-open handshakes at once, %+d KB after %d in sequence%n",
            kind.getSimpleName(),
            (during - before) >> 10,
            count,
            (after - before) >> 10,
            IN_SEQUENCE);
        assertThat(during - before).isLessThanOrEqualTo(MOST_GROWTH);
        assertThat(after - before).isLessThanOrEqualTo(MOST_GROWTH);
        assertThat(shop.log()).as("no line for each").hasSizeLessThan(lines + 10);
      }
    }
  }

  /** What the server loads and keeps once does not count. */
  private static long warm(Wire other, HalfOpen halfOpen, ForkedServer server) throws IOException {
    for (int i = 0; i < 100; i++) {
      assertServed(other);
      halfOpen.breakOff();
    }
    return LiveHeap.of(server.pid());
  }

  private static int openAtOnce(Wire other, HalfOpen halfOpen) throws IOException {
    long files =
        ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getMaxFileDescriptorCount();
    int count = (int) Math.min(AT_ONCE, files - OTHER_FILES);
    if (count < AT_ONCE) {
      System.out.printf(
          "%d half-open handshakes and not %d: ulimit -n is %d%n", count, AT_ONCE, files);
    }
    for (int i = 0; i < count; i++) {
      halfOpen.add();
      if (i % 100 == 0) {
        assertServed(other);
      }
    }
    return count;
  }

  /** Half of them beside the other half: one alone would leave most of the machine idle. */
  private static void breakOffInSequence(Wire other, HalfOpen halfOpen) throws Exception {
    FutureTask<Void> half =
        new FutureTask<>(
            () -> {
              for (int i = 0; i < IN_SEQUENCE / 2; i++) {
                halfOpen.breakOff();
              }
              return null;
            });
    Thread beside = new Thread(half, "half-open");
    beside.setDaemon(true);
    beside.start();
    for (int i = 0; i < IN_SEQUENCE / 2; i++) {
      halfOpen.breakOff();
      if (i % 100 == 0) {
        assertServed(other);
      }
    }
    half.get();
  }

  private static void assertServed(Wire other) throws IOException {
    assertThat(other.get("/items").text()).isEqualTo("hello");
  }

  private static void assertServed(MeshCaller caller, ForkedServer server) throws IOException {
    try (Wire next = caller.connect(server.port())) {
      assertServed(next);
    }
  }
}
