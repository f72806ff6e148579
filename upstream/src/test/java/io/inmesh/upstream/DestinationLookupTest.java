package io.inmesh.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.cluster.Cluster;
import io.inmesh.engine.cluster.Cluster.OriginalDst;
import io.inmesh.engine.cluster.ClusterState;
import io.inmesh.engine.cluster.Destination;
import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.cluster.PickContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DestinationLookupTest {
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final DestinationLookup lookup = new DestinationLookup(this::addresses);
  private final ClusterState cluster =
      ClusterState.create(
          Cluster.builder("c", Cluster.Type.ORIGINAL_DST)
              .originalDst(new OriginalDst("", 81))
              .build(),
          0);

  @AfterEach
  void close() {
    lookup.close();
  }

  private List<InetAddress> addresses(String name) throws UnknownHostException {
    asked.incrementAndGet();
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (!name.equals("pod")) {
      throw new UnknownHostException(name);
    }
    return List.of(InetAddress.getByName("2001:db8::1"), InetAddress.getByName("10.0.0.1"));
  }

  private @Nullable Host pick(String name) {
    return cluster.pick(
        1,
        new PickContext() {
          @Override
          public boolean rejects(Host host) {
            return false;
          }

          @Override
          public int hostSelectionAttempts() {
            return 0;
          }

          @Override
          public Destination destination() {
            return new Destination(name, List.of(), 80);
          }
        });
  }

  @Test
  void theClusterIsToldWhatANameStandsFor() {
    answer.countDown();

    lookup.resolved(cluster, "pod").toCompletableFuture().join();

    assertThat(cluster.lacksAddress("pod")).isFalse();
    assertThat(pick("pod")).hasToString("10.0.0.1:81");
  }

  @Test
  void callsThatWaitForOneNameShareItsLookup() {
    CompletionStage<?> first = lookup.resolved(cluster, "pod");
    CompletionStage<?> second = lookup.resolved(cluster, "pod");
    answer.countDown();
    first.toCompletableFuture().join();
    second.toCompletableFuture().join();
    assertThat(asked).hasValue(1);

    lookup.resolved(cluster, "pod").toCompletableFuture().join();
    assertThat(asked).hasValue(2);
  }

  @Test
  void aNameThatNobodyKnowsHasNoHosts() {
    answer.countDown();

    lookup.resolved(cluster, "nobody").toCompletableFuture().join();

    assertThat(cluster.lacksAddress("nobody")).isFalse();
    assertThat(pick("nobody")).isNull();
  }
}
