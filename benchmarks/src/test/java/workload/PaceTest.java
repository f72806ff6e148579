package workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void aCallThatTakesLongDelaysNoOtherOnesDueTime() throws InterruptedException {
    long start = System.nanoTime();
    Pace pace = new Pace(start, start + 4_000_000, 1_000_000);
    List<Long> due = new ArrayList<>();

    while (pace.next()) {
      due.add((pace.due() - start) / 1_000_000);
      Thread.sleep(2);
    }

    assertThat(due).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void noCallIsDueBeforeItsTime() {
    long start = System.nanoTime() + 20_000_000;
    Pace pace = new Pace(start, start + 1, 1);

    assertThat(pace.next()).isTrue();
    assertThat(System.nanoTime() - start).isNotNegative();
    assertThat(pace.next()).isFalse();
  }

  @Test
  void withoutARateACallIsDueAtOnceUntilTheEnd() {
    long now = System.nanoTime();

    assertThat(new Pace(now, now + 60_000_000_000L, 0).next()).isTrue();
    assertThat(new Pace(now, now - 1, 0).next()).isFalse();
  }
}
