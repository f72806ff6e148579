package io.inmesh.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  private static int consumed(TokenBucket bucket, long now) {
    int count = 0;
    while (bucket.consume(now)) {
      count++;
    }
    return count;
  }

  @Test
  void isFullAtFirstAndThenEmpty() {
    TokenBucket bucket = new TokenBucket(3, 1, Duration.ofSeconds(1));

    assertThat(bucket.remainingTokens(0)).isEqualTo(3);
    assertThat(bucket.resetSeconds(0)).isZero();
    assertThat(consumed(bucket, 0)).isEqualTo(3);
    assertThat(bucket.remainingTokens(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"3, 7", "7, 3", "100, 11", "1000, 1000000", "17, 13"})
  void aFullBucketGivesAsManyTokensAsItHolds(int max, int fill) {
    for (long now : new long[] {0, 1, 12_345_678_901L, -5, 987_654_321_012_345L}) {
      assertThat(consumed(new TokenBucket(max, fill, Duration.ofSeconds(1)), now)).isEqualTo(max);
    }
  }

  @Test
  void isRefilledAsTimeGoesByAndNeverOverfull() {
    TokenBucket bucket = new TokenBucket(3, 2, Duration.ofSeconds(1));
    consumed(bucket, 0);

    assertThat(consumed(bucket, SECOND / 2 - 1000)).isZero();
    assertThat(consumed(bucket, SECOND / 2)).isEqualTo(1);
    assertThat(bucket.remainingTokens(SECOND * 3 / 2)).isEqualTo(2);
    assertThat(consumed(bucket, SECOND * 100)).isEqualTo(3);
  }

  @Test
  void tellsHowManySecondsUntilThereIsAToken() {
    TokenBucket bucket = new TokenBucket(1, 1, Duration.ofSeconds(10));
    assertThat(bucket.consume(0)).isTrue();

    assertThat(bucket.resetSeconds(0)).isEqualTo(10);
    assertThat(bucket.resetSeconds(SECOND * 5 / 2)).isEqualTo(8);
    assertThat(bucket.resetSeconds(SECOND * 10)).isZero();
  }

  @Test
  void itsRateIsInTokensASecond() {
    assertThat(new TokenBucket(1, 5, Duration.ofMillis(500)).rate()).isEqualTo(10.0);
  }

  @Test
  void theFillIntervalIsAtLeast50Milliseconds() {
    assertThat(new TokenBucket(1, 1, Duration.ofMillis(50)).maxTokens()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBucket(1, 1, Duration.ofNanos(49_999_999)))
        .withMessage("local rate limit token bucket fill timer must be >= 50ms");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBucket(0, 1, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBucket(1, 0, Duration.ofSeconds(1)));
  }
}
