package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServedTest {
  private static final String LINE =
      "served name=catalog version=v2 method=GET path=/items?q=a=b host=catalog:8080 x-call=split"
          + " x-user=- status=200 ms=3";

  @Test
  void readsALineOfALog() {
    assertThat(Served.parse(LINE, 5))
        .contains(
            new Served(5, "catalog", "v2", "/items?q=a=b", "catalog:8080", "split", "-", 200, 3));
  }

  @Test
  void leavesOtherLinesAlone() {
    assertThat(Served.parse("listening name=catalog version=v2 port=1", 5)).isEmpty();
  }

  @Test
  void waitsForALineThatIsLate() throws InterruptedException {
    ServiceLogs logs = new ServiceLogs();
    Thread late = new Thread(() -> logs.line(LINE));
    late.start();

    assertThat(logs.await(1, Duration.ofSeconds(10), s -> s.is("catalog", "split"))).isEqualTo(1);
    late.join();
  }

  @Test
  void saysWhatCameWhenTheTimeIsUp() throws InterruptedException {
    assertThat(new ServiceLogs().await(1, Duration.ofMillis(1), s -> true)).isZero();
  }
}
